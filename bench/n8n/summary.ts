import { median } from '../median';
import type { Job } from './jobs';
import type { Measurement } from './measure';
import type { Subject } from './subjects';
import type { Steps } from './workflows';

/** All runs of one job in one way. */
export interface Result {
	job: Job;
	subject: Subject;
	runs: Measurement[];
	steps: Steps;
	/** What of the time of a further run went into which part of the work, as shares of 1; `undefined` where that was not looked at. */
	shares?: Map<string, number>;
}

export interface Spread {
	median: number;
	min: number;
	max: number;
}

export function spreadOf({ runs }: Result, pick: (run: Measurement) => number): Spread {
	const values = runs.map(pick);
	return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** What is measured of every run, and how it is written. Less of each is better. */
export interface Measure {
	name: string;
	of: (run: Measurement) => number;
	/** What the numbers are divided by, and the digits that are left of them. */
	unit: number;
	digits: number;
}

export const WALL: Measure = { name: 'wall time, s', of: ({ wallMs }) => wallMs, unit: 1_000, digits: 2 };
export const CPU: Measure = { name: 'CPU time, s', of: ({ cpuMs }) => cpuMs, unit: 1_000, digits: 2 };
export const MEMORY: Measure = { name: 'memory, MB', of: ({ memoryBytes }) => memoryBytes, unit: 1e6, digits: 1 };
export const STORED: Measure = { name: 'stored, kB', of: ({ storedBytes }) => storedBytes, unit: 1e3, digits: 0 };
/** Of a job that has not been done, there is none. */
export const RATIO: Measure = { name: 'to what is possible', of: (run) => (isDone(run) ? run.wallMs / run.floorMs : Infinity), unit: 1, digits: 2 };
export const REQUESTS: Measure = { name: 'requests', of: ({ requests }) => requests, unit: 1, digits: 0 };
export const THROTTLED: Measure = { name: 'answered 429', of: ({ throttled }) => throttled, unit: 1, digits: 0 };

/** Whether every item was changed, once, and its result says so. */
function isDone({ fates }: Measurement): boolean {
	return Object.entries(fates).every(([fate, count]) => fate === 'done' || count === 0);
}

/** The median, and how far the runs lie apart, where they do. */
export function written(spread: Spread, { unit, digits }: Pick<Measure, 'unit' | 'digits'>): string {
	const [median, min, max] = [spread.median, spread.min, spread.max].map((value) => decimal(value / unit, digits));
	return min === max ? median! : `${median} (${min}–${max})`;
}

export function decimal(value: number, digits: number): string {
	return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** How a measure of one way stands to that of another: apart only when no run of one lies among the runs of the other. */
export function compare(own: Spread, other: Spread): 'less' | 'more' | 'same' {
	if (own.max < other.min) return 'less';
	return own.min > other.max ? 'more' : 'same';
}
