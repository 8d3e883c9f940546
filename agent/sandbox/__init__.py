"""What this machine can enforce on a process of ours."""
