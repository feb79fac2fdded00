/** What one vendor node did, as far as a person wants to see it. */
export interface Step {
	nodeName: string;
	credential: string;
	outcome: string;
	verification: string;
	milliseconds: number;
	/** What the item says to people. */
	message: string;
	isFailed: boolean;
}

/** One line for a step that has just ended. */
export function stepLine(step: Step): string {
	const sign = step.isFailed ? '✗' : '✓';
	return `  ${sign} ${step.nodeName.padEnd(24)} ${step.message}`;
}

const COLUMNS: Array<[string, (step: Step) => string]> = [
	['Vendor', ({ nodeName }) => nodeName],
	['Credential', ({ credential }) => credential],
	['Outcome', ({ outcome }) => outcome],
	['Verification', ({ verification }) => verification],
	['Time', ({ milliseconds }) => `${milliseconds} ms`],
];

/** A table of all steps, in columns. */
export function closingTable(steps: Step[]): string {
	const rows = [COLUMNS.map(([title]) => title), ...steps.map((step) => COLUMNS.map(([, cell]) => cell(step)))];
	const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
	const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd());
	const rule = widths.map((width) => '─'.repeat(width)).join('──');
	return [lines[0], rule, ...lines.slice(1)].join('\n');
}
