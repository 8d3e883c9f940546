"""What a plugin is made with; `agent.api` gives it out. It stays light: it is on the path of each plugin's start."""
