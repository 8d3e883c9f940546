"""Folders of files that start jobs: events are hints, a manifest in the store is the truth. See `watcher.Watcher`."""
