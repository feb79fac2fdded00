/** What one vendor node did, as far as a person wants to see it. */
export interface Step {
	nodeName: string;
	credential: string;
	/** `failed` where it did not do what was asked. */
	outcome: string;
	verification: string;
	/** The code of what kept it from that; empty where nothing did. */
	code: string;
	/** Whether anything was changed all the same, in the contract's word. */
	applied: string;
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
	['Code', ({ code }) => code],
	['Applied', ({ applied }) => applied],
	['Time', ({ milliseconds }) => `${milliseconds} ms`],
];

/** A table of all steps, in columns. */
export function closingTable(steps: Step[]): string {
	// Of steps that all went well, there is nothing more to tell.
	const columns = COLUMNS.filter(([, cell]) => steps.some((step) => cell(step) !== ''));
	const rows = [columns.map(([title]) => title), ...steps.map((step) => columns.map(([, cell]) => cell(step)))];
	const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
	const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd());
	const rule = widths.map((width) => '─'.repeat(width)).join('──');
	return [lines[0], rule, ...lines.slice(1)].join('\n');
}
