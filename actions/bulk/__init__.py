"""Many actions changed as one act: previewed, done by the same verbs, undone as one."""
