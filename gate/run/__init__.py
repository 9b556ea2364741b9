"""One run as data flow: plan, drive, load, judge, report. Only evidence crosses from `driving` to `judging`."""
