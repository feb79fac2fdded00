import type { Fate } from './account';
import { decimal, spreadOf, WALL, type Result } from './summary';

/** The colour of each fate on a light and on a dark ground, and what it is called. */
const FATES: ReadonlyArray<{ fate: Fate; name: string; light: string; dark: string }> = [
	{ fate: 'done', name: 'changed once, with a result', light: '#2a78d6', dark: '#4a93e8' },
	{ fate: 'failed', name: 'failed, with an error', light: '#c98500', dark: '#d99a22' },
	{ fate: 'repeated', name: 'changed more than once', light: '#7d4fc4', dark: '#a07be0' },
	{ fate: 'lost', name: 'neither result nor error', light: '#d03b3b', dark: '#e66767' },
	{ fate: 'untrue', name: 'a result that is not true', light: '#1f1f1f', dark: '#f2f2f2' },
];

const WIDTH = 1_000;
const LABEL_WIDTH = 470;
const BAR_WIDTH = 260;
const TIME_LEFT = 770;
const TIME_WIDTH = 130;
const ROW_HEIGHT = 26;
const BAR_HEIGHT = 16;
const MARGIN = 20;
/** Between the parts of a bar, so that they are told apart without their colour. */
const GAP = 2;

/** Two bars for each way of doing each job: what has become of its items, and how long it took. */
export function plotOf(groups: Array<{ title: string; results: Result[] }>): string {
	const parts: string[] = [];
	let y = MARGIN + 14;
	const text = (x: number, content: string, kind: string) =>
		parts.push(`<text x="${x}" y="${y}" class="${kind}">${escape(content)}</text>`);

	text(MARGIN, 'What becomes of the items, and how long it takes', 'title');
	y += 26;
	const shown = FATES.filter(({ fate }) => fate === 'done' || groups.some(({ results }) => results.some((each) => share(each, fate) > 0)));
	let x = MARGIN;
	for (const { fate, name } of shown) {
		parts.push(`<rect x="${x}" y="${y - 10}" width="12" height="12" rx="2" class="${fate}"/>`);
		text(x + 18, name, 'label');
		x += 44 + name.length * 7.2;
	}
	y += 14;
	for (const { title, results } of groups) {
		y += 26;
		text(MARGIN, title, 'group');
		text(MARGIN + LABEL_WIDTH, 'items', 'label');
		text(TIME_LEFT, 'wall time', 'label');
		y += 6;
		const longest = Math.max(...results.map((each) => spreadOf(each, WALL.of).median));
		for (const result of results) {
			y += ROW_HEIGHT;
			text(MARGIN, result.subject.title, result.subject.side === 'own' ? 'own' : 'label');
			parts.push(barOf(result, MARGIN + LABEL_WIDTH, y - BAR_HEIGHT + 4));
			const { median } = spreadOf(result, WALL.of);
			const length = Math.max(2, (median / longest) * TIME_WIDTH);
			parts.push(`<rect x="${TIME_LEFT}" y="${y - BAR_HEIGHT + 4}" width="${length.toFixed(1)}" height="${BAR_HEIGHT}" rx="2" class="time"/>`);
			text(Math.round(TIME_LEFT + length + 6), `${decimal(median / 1_000, 1)} s`, 'value');
		}
		y += 8;
	}
	return `${head(y + MARGIN)}\n${parts.join('\n')}\n</svg>\n`;
}

function share({ runs, job }: Result, fate: Fate): number {
	return runs.reduce((sum, { fates }) => sum + fates[fate], 0) / runs.length / job.items;
}

function barOf(result: Result, left: number, top: number): string {
	let x = left;
	return FATES.map(({ fate, name }) => {
		const width = share(result, fate) * BAR_WIDTH;
		if (width === 0) return '';
		// Even one of a hundred is to be seen.
		const drawn = Math.max(3, width - GAP);
		const tip = `<title>${escape(`${result.subject.title}: ${decimal(share(result, fate) * result.job.items, 0)} of ${result.job.items} ${name}`)}</title>`;
		const rect = `<rect x="${x.toFixed(1)}" y="${top}" width="${drawn.toFixed(1)}" height="${BAR_HEIGHT}" rx="2" class="${fate}">${tip}</rect>`;
		x += drawn + GAP;
		return rect;
	}).join('');
}

function head(height: number): string {
	const rules = (ground: 'light' | 'dark') => FATES.map((each) => `.${each.fate}{fill:${each[ground]}}`).join('');
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="What becomes of the items of each job in each way, and how long it takes">
<style>
text{font:13px system-ui,-apple-system,"Segoe UI",sans-serif;fill:#3d3d3a}
.title{font-size:16px;font-weight:600;fill:#0b0b0b}.group{font-weight:600;fill:#0b0b0b}.own{font-weight:600}.value{font-variant-numeric:tabular-nums}
.ground{fill:#fcfcfb}.time{fill:#8b8a84}
${rules('light')}
@media (prefers-color-scheme:dark){
text{fill:#c9c8c2}.title,.group,.own{fill:#fff}.ground{fill:#1a1a19}.time{fill:#85847e}
${rules('dark')}
}
</style>
<rect width="100%" height="100%" rx="6" class="ground"/>`;
}

function escape(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
