"""Coming in and going out: the login and its throttle, the second step, passwords."""
