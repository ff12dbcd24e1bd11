"""Gunicorn reads this by itself; the same in a local run, in the container and beside a process manager."""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60  # seconds; an upload of MAX_UPLOAD_MB over a slow line is read by the proxy in front
graceful_timeout = 10
max_requests = 2000
max_requests_jitter = 200
control_socket_disable = True  # it would lie in the home directory, which a service account may not have
accesslog = os.environ.get("ACCESS_LOG") or None  # "-" for standard output
loglevel = "warning"
