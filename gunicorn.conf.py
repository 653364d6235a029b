"""How the site is served, by containers, systemd, make run and the measures alike."""

workers = 2
threads = 4
timeout = 60
limit_request_line = 8190  # the filters of a plan are an address
max_requests, max_requests_jitter = 5000, 500  # whatever would grow is given back
control_socket_disable = True  # a file nobody uses, where the code is not to be written
