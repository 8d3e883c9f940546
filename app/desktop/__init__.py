"""What ties the app to the desktop it runs on: tray, notifications, hotkey, start at login, single instance."""
