import uniq from 'lodash/uniq';

import type { FailureCode } from '../nodes/kit/failure';
import { MESSAGES } from '../nodes/kit/messages';
import type { VendorRecord } from '../nodes/kit/record';
import type { Message, Messages } from '../nodes/kit/sentences';
import { cell, markdownTable } from './markdown';

/** A vendor, and what it says of its own, the tests of its credentials included. */
export interface VendorWords {
	record: VendorRecord;
	messages: Messages;
	tests: readonly string[];
}

interface Section {
	title: string;
	introduction: string;
	/** How each of its messages begins. */
	opening?: string;
}

/** The sections of the table of messages, in the order in which people need them. */
const SECTIONS: ReadonlyArray<[keyof typeof MESSAGES, Section]> = [
	['refusal', { title: 'The vendor refuses', introduction: 'A vendor’s own hint, in its section below, takes the place of the general cure. What the vendor has said itself is in `vendorMessage`.' }],
	['credential', { title: 'The credential of the node', introduction: 'Nothing was sent.' }],
	['signIn', { title: 'Signing in', introduction: 'For vendors with access tokens. Nothing was sent to the vendor’s API.' }],
	['obstacle', { title: 'Proxies, certificates and networks', introduction: 'Nothing was sent (`applied: no`). Where signing in was kept from its host, the message begins with “No access token”.', opening: 'No connection: ' }],
	['request', { title: 'On the way', introduction: 'Where `applied` is `unknown`, look at the vendor before you run it again.' }],
	['answer', { title: 'Answers that make no sense', introduction: 'Each begins with “… gave an answer that this node does not understand.” and has the code `unexpectedResponse`. The cure is that of this message, above.' }],
	['input', { title: 'Parameters', introduction: 'Nothing was sent (`invalidInput`).' }],
	['secret', { title: 'Secrets', introduction: 'Nothing was sent (`invalidInput`).' }],
	['stored', { title: 'Stored secrets', introduction: 'Nothing was sent (`invalidInput`).' }],
	['verification', { title: 'Verification and restore', introduction: 'The change was made. See [Verification and restore](verification.md).' }],
	['rotation', { title: 'Rotations and generated values', introduction: 'See [A rotation, step by step](rotation.md).' }],
	['trigger', { title: 'Triggers', introduction: 'See [Triggers](triggers.md). What is said of refusals and parameters above holds for them, too.' }],
	['store', { title: 'Fields of n8n’s credentials', introduction: 'Nothing was sent, unless n8n itself has refused.' }],
	['agent', { title: 'AI agents', introduction: 'Nothing was sent (`invalidInput`).' }],
	['stop', { title: 'A stopped workflow', introduction: 'Beside the message of the first item that has failed.' }],
	['picker', { title: 'Lists in the editor', introduction: 'In the place of the entries.' }],
	['outcome', { title: 'Results and notes', introduction: '`message` of an item that has succeeded, and the notes above the output.' }],
];

/** Every message by section, with its cause and its cure; then what each vendor says of its own. */
export function troubleshooting(vendors: readonly VendorWords[]): string {
	return [...SECTIONS.map(([name, section]) => sectionOf(section, MESSAGES[name])), ...vendors.map(vendorSection)].join('\n\n');
}

function sectionOf({ title, introduction, opening = '' }: Section, messages: Messages): string {
	return `## ${title}\n\n${introduction}\n\n${messageTable(messages, opening)}`;
}

function messageTable(messages: Messages, opening = ''): string {
	const whole = Object.values(messages).filter(({ isPart }) => isPart !== true);
	const written = (text: string) => cell(withParts(text, messages));
	return markdownTable(['Message', 'Cause', 'Cure'], whole.map(({ text, cause, cure = '' }) => [written(`${opening}${text}`), cell(cause), written(cure)]));
}

/** The parts that fill holes in messages of any table. */
const COMMON_PARTS = Object.values<Messages>(MESSAGES).flatMap(partsOf);

function partsOf(messages: Messages): Message[] {
	return Object.values(messages).filter(({ fills }) => fills !== undefined);
}

/** A text with what can stand in its holes in their place, where that is a part of a sentence that stands in a table. */
function withParts(text: string, messages: Messages): string {
	const parts = uniq([...partsOf(messages), ...COMMON_PARTS]);
	return text.replaceAll(/\{(\w+)\}/g, (hole, name: string) => {
		const fillings = parts.filter(({ fills }) => fills === name).map((part) => part.text);
		return fillings.join(' / ') || hole;
	});
}

function vendorSection({ record, messages, tests }: VendorWords): string {
	const hints = uniq(Object.values(record.operations).flatMap((operation) => hintRows(operation.hints ?? {})).concat(hintRows(record.hints)));
	const refusals = Object.keys(MESSAGES.refusal).flatMap((code) => hints.filter((row) => row.startsWith(`${code} `)).map((row) => [`\`${code}\``, cell(row.slice(code.length + 1))]));
	return [`## ${record.label}`, messageTable(messages), `What to do when ${record.label} refuses:`, markdownTable(['`code`', '`hint`'], refusals), 'What the test of its credential says:', tests.map((each) => `- ${each}`).join('\n')].join('\n\n');
}

/** Each hint behind its code. */
function hintRows(hints: Readonly<Partial<Record<FailureCode, string>>>): string[] {
	return Object.entries(hints).map(([code, hint]) => `${code} ${hint}`);
}
