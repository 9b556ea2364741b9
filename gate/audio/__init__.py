"""Sound as numbers: formats, levels, resampling and the playback timeline. Pure; knows no wire and no clock."""
