"""From captured frames to the options of a template, each with its reason. What frames do decides; names only choose
among what that leaves."""
