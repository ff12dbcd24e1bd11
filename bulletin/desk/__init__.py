"""Pages for editors: hand files in, watch them being read, decide, publish."""
