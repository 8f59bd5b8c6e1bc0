"""The only place for sockets and subprocesses; never decides anything."""
