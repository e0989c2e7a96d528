"""Speed, as ratios against the physical limit measured in the same run. Never judged by a test."""
