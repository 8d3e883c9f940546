"""The Automations screen: jobs, what came of them, what is to come."""
