"""What `make bench` measures, one subject a module, and the peers it measures beside us."""
