"""What the public reads of the plan: chosen action by action, and never the working fields."""
