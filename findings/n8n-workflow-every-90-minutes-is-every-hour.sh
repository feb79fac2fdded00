#!/usr/bin/env bash
# n8n-workflow 2.41.0 with cron 4.4.0, which n8n 2.41 plans polls with (Node 20).
#
# "Poll Times" of a trigger has "Every X", with a number and minutes or hours. One would expect 90 minutes to be an hour and a half
# between two polls, or a refusal. The number goes as a step into the field of a cron expression, which begins anew with every hour,
# or every day: 90 minutes come to a poll an hour, and 36 hours to one a day, without a word. A number that does
# not divide the hour or the day gives intervals of two lengths: 45 minutes are 45 and 15 in turns, 7 hours are 7, and 3 at midnight.
#
# The script has the expression made for several settings, and prints the minutes between the next polls.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install n8n-workflow@2.41.0 cron@4.4.0 luxon@3.7.2 --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null

cat >run.cjs <<'JS'
const { CronTime } = require('cron');
const { DateTime } = require('luxon');
const { toCronExpression } = require('n8n-workflow');

for (const [value, unit] of [[30, 'minutes'], [45, 'minutes'], [90, 'minutes'], [7, 'hours'], [36, 'hours']]) {
	// Seconds, and minutes for hours, are drawn at random, and the same for all polls of one trigger.
	const time = new CronTime(toCronExpression({ mode: 'everyX', value, unit }), 'UTC');
	let last = time.getNextDateFrom(DateTime.utc(2030, 1, 1).minus(1), 'UTC');
	const gaps = Array.from({ length: 5 }, () => {
		const next = time.getNextDateFrom(last, 'UTC');
		const minutes = Math.round(next.diff(last).as('minutes'));
		last = next;
		return minutes;
	});
	console.log(`every ${value} ${unit}: ${gaps.join(', ')} minutes`);
}
JS

node run.cjs | tee seen.txt
cat >expected.txt <<'TXT'
every 30 minutes: 30, 30, 30, 30, 30 minutes
every 45 minutes: 45, 15, 45, 15, 45 minutes
every 90 minutes: 60, 60, 60, 60, 60 minutes
every 7 hours: 420, 420, 420, 180, 420 minutes
every 36 hours: 1440, 1440, 1440, 1440, 1440 minutes
TXT
diff expected.txt seen.txt
echo 'As described.'
