"""Terms in working days, counted from the day after (kit.workdays).

行政许可法第三十二条 gives the authority five days to tell once of all that lacks. How long an
applicant may take and how long a notice hangs is not in the measures: the bureau's own setting.
"""

TELL_DAYS = 5
"""一次性告知: for the bureau, from the day of submission or of the supplement."""

SUPPLEMENT_DAYS = 10
"""补正: for the applicant, from the day of the notice; a late one is taken, and shown as late."""

NOTICE_DAYS = 5
"""公示期."""
