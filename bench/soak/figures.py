# SPDX-License-Identifier: Apache-2.0
"""What was measured: whether it grows, as a table and as a picture."""
import math
import statistics

# name, unit, divided by, what of its middle it may grow in a day for other reasons than a leak
SERIES = [
    ("rss", "resident memory", "MiB", 2 ** 20, 0.05),
    ("anon", "of it, its own: no pages of files", "MiB", 2 ** 20, 0.05),
    ("fds", "open descriptors", "", 1, 0.05),
    ("threads", "threads", "", 1, 0.05),
    ("disk", "data folder", "MiB", 2 ** 20, 0.05),
    ("kept", "ledger, less feedback and keys of posts", "MiB", 2 ** 20, 0.05),
    ("incidents_files", "files of incidents", "MiB", 2 ** 20, 0.05),
    ("telemetry", "pushed telemetry", "MiB", 2 ** 20, 0.05),
    ("rows", "incidents in the ledger", "", 1, 0.05),
    ("queue", "investigations that wait", "", 1, 0.05),
    ("news", "news that are due", "", 1, 0.05),
    ("latency", "answer to a list of incidents", "ms", 1, 0.05),
]

# Two-sided 95 % of Student's t, by degrees of freedom; beyond the last it is near enough.
T95 = [0, 12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11,
       2.10, 2.09, 2.09]


def hourly(rows, name):
    """Medians of the hours: minutes of one hour are alike, and would feign a certainty."""
    hours = {}
    for row in rows:
        hours.setdefault(int(row["minute"] // 60), []).append(row[name])
    return sorted((hour, statistics.median(values)) for hour, values in hours.items() if len(values) >= 20)


def slope(points):
    """Least squares: (a day's growth, half its 95 % interval); None with fewer than four hours."""
    n = len(points)
    if n < 4:
        return None
    mean_x = sum(x for x, _ in points) / n
    mean_y = sum(y for _, y in points) / n
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    by_hour = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    rest = sum((y - mean_y - by_hour * (x - mean_x)) ** 2 for x, y in points) / (n - 2)
    return by_hour * 24, T95[min(n - 2, len(T95) - 1)] * math.sqrt(rest / spread) * 24


def judge(rows, name, share):
    """`flat`: the interval of its growth reaches zero, or a day adds less than that share."""
    fit = slope(hourly(rows, name))
    if not fit:
        return None, "too short"
    middle = statistics.median(row[name] for row in rows)
    is_flat = fit[0] - fit[1] <= 0 or fit[0] <= share * max(middle, 1)
    return fit, "flat" if is_flat else "GROWS"


def put_table(rows, warm_minutes, out):
    """Rows after the warm-up alone; false where something grows."""
    kept = [row for row in rows if row["minute"] >= warm_minutes]
    fine = True
    print("| | median | least | most | growth a day, 95 % | |\n|---|---|---|---|---|---|", file=out)
    for name, title, unit, divisor, share in SERIES:
        values = [row[name] for row in kept]
        if not values:
            continue
        fit, verdict = judge(kept, name, share)
        fine = fine and verdict != "GROWS"
        grows = "%+.1f ± %.1f" % (fit[0] / divisor, fit[1] / divisor) if fit else ""
        cells = ["%.1f" % (f(values) / divisor) for f in (statistics.median, min, max)]
        print("| %s | %s | %s | %s |" % (title + (", " + unit if unit else ""), " | ".join(cells), grows, verdict), file=out)
    return fine


# ---- a picture ----

WIDE, HIGH, LEFT, TOP = 420, 110, 54, 22
PANELS = ["rss", "fds", "disk", "telemetry", "rows", "queue"]


def thin(rows, name):
    """One point for five minutes: the most of them, for a peak is what is looked for."""
    groups = {}
    for row in rows:
        groups.setdefault(int(row["minute"] // 5), []).append(row[name])
    return [(key * 5, max(values)) for key, values in sorted(groups.items())]


def panel(rows, name, title, unit, divisor, warm_minutes, x0, y0, hours):
    points = [(m, v / divisor) for m, v in thin(rows, name)]
    top = max(max(v for _, v in points) * 1.1, 1)
    def x(minute):
        return x0 + LEFT + minute / (hours * 60) * (WIDE - LEFT - 16)
    def y(value):
        return y0 + TOP + (1 - value / top) * (HIGH - TOP - 18)
    line = " ".join("%.1f,%.1f" % (x(m), y(v)) for m, v in points)
    out = ['<text x="%d" y="%d" class="t">%s</text>' % (x0 + LEFT, y0 + 14, title + (", " + unit if unit else ""))]
    out.append('<rect x="%.1f" y="%d" width="%.1f" height="%d" class="w"/>' %
               (x(0), y0 + TOP, x(warm_minutes) - x(0), HIGH - TOP - 18))
    for value in (0, top / 1.1):
        out.append('<line x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f" class="g"/>' % (x(0), x(hours * 60), y(value), y(value)))
        out.append('<text x="%.1f" y="%.1f" class="n" text-anchor="end">%.4g</text>' % (x(0) - 4, y(value) + 4, round(value, 1)))
    for hour in range(0, int(hours) + 1, 6):
        out.append('<text x="%.1f" y="%d" class="n" text-anchor="middle">%d h</text>' % (x(hour * 60), y0 + HIGH - 4, hour))
    return out + ['<polyline points="%s" class="l"/>' % line]


def put_chart(rows, warm_minutes, hours, path):
    known = {name: (title, unit, divisor) for name, title, unit, divisor, _ in SERIES}
    body = []
    for i, name in enumerate(PANELS):
        body += panel(rows, name, *known[name], warm_minutes, i % 2 * WIDE, i // 2 * HIGH, hours)
    with open(path, "w") as file:
        file.write('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif">\n'
                   '<title>A day of load and faults</title>\n'
                   '<style>.t{font-size:12px;fill:#777}.n{font-size:10px;fill:#777}.g{stroke:#999;stroke-width:.5}'
                   '.l{fill:none;stroke:#2a78d6;stroke-width:1.2}.w{fill:#999;fill-opacity:.15}</style>\n%s\n</svg>\n'
                   % (2 * WIDE, 3 * HIGH, "\n".join(body)))
