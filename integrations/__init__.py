"""Other tools' data, in and out: files now, trackers' APIs next. Each format is a folder that can be deleted."""
