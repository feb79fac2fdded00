import type { IDataObject } from 'n8n-workflow';

import { Failure, invalidInput } from './failure';
import { MESSAGES } from './messages';
import { isPlaceholder } from './placeholders';
import { say } from './sentences';

const { credential } = MESSAGES;

/** Hosts of this machine, the only ones that a secret may reach without TLS, unless the user says otherwise. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Where the user may say otherwise: whether that is so. Absent: there is no such switch. */
interface Transport {
	allowsPlainHttp?: boolean;
}

/**
 * Parses a base URL of a credential and refuses one that is not safe to send secrets to.
 * Throws a `Failure` (`invalidInput`) naming the field.
 */
export function checkedBaseUrl(text: unknown, field = 'Base URL', { allowsPlainHttp }: Transport = {}): URL {
	refusePlaceholder(String(text), field);
	let url: URL;
	try {
		url = new URL(String(text));
	} catch {
		throw invalidInput(say(credential.notAUrl, { field }));
	}
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && (LOOPBACK.test(url.hostname) || allowsPlainHttp === true))) {
		throw invalidInput(allowsPlainHttp === false ? say(credential.notHttpsHere, { field }) : say(credential.notHttps, { field }));
	}
	if (url.username !== '' || url.password !== '') {
		throw invalidInput(say(credential.userInfo, { field }));
	}
	// Not by `search` and `hash`, which are empty for a bare “?” or “#”: the path of a request would follow it.
	if (/[?#]/.test(url.href)) {
		throw invalidInput(say(credential.afterPath, { field }));
	}
	return url;
}

/** The base URL without the slash at its end, ready for a path to follow. Throws as `checkedBaseUrl` does. */
export function baseUrlPrefix(text: unknown, field?: string, transport?: Transport): string {
	return checkedBaseUrl(text, field, transport).href.replace(/\/+$/, '');
}

/**
 * The base URL of an API whose paths begin with one of these. Vendors print it together with the beginning of a path, such
 * as the version, which would then stand there twice: every address would lead nowhere. Throws as `checkedBaseUrl` does.
 */
export function apiBaseUrl(text: unknown, paths: readonly string[], transport?: Transport): string {
	const prefix = baseUrlPrefix(text, undefined, transport);
	const doubled = paths.flatMap(beginningsOf).find((beginning) => prefix.endsWith(beginning));
	if (doubled === undefined) return prefix;
	throw invalidInput(say(credential.doubledPath, { path: doubled }));
}

/** “/a/b” begins with “/a” and with itself. */
function beginningsOf(path: string): string[] {
	const [, ...segments] = path.split('/');
	return segments.map((_, place) => `/${segments.slice(0, place + 1).join('/')}`);
}

/**
 * A field of a credential that has to be filled in, without the white space that pasting leaves at its ends.
 * Throws a `Failure` naming it when it is empty or holds a line break or other control character (`authentication`), or
 * n8n's placeholder (`invalidInput`).
 */
export function credentialText(credentials: IDataObject, name: string, label: string): string {
	return usableText(credentials[name], label);
}

/** Like `credentialText`, for a field that becomes a header as it stands, and so may hold only what a header can carry. */
export function credentialHeader(credentials: IDataObject, name: string, label: string): string {
	return usableHeader(credentials[name], label);
}

/** Like `credentialHeader`, for a token or API key: without the “Bearer” that is copied along with it from an example. */
export function credentialToken(credentials: IDataObject, name: string, label: string): string {
	const value = credentials[name];
	return usableHeader(typeof value === 'string' ? value.trim().replace(SCHEME, '') : value, label);
}

/** RFC 6750 §2.1, and as people paste it. Alone it is no token. */
const SCHEME = /^(authorization\s*:\s*)?(bearer(\s+|$))+/i;

/** RFC 9110 §5.5. n8n's HTTP client (axios 1.18) drops other characters without a word, and would send another key. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Whether a header can carry this text as it stands. */
export function isHeaderValue(text: string): boolean {
	return HEADER_VALUE.test(text);
}

function usableText(value: unknown, label: string): string {
	const text = typeof value === 'string' ? value.trim() : '';
	if (text === '') throw unusableField(say(credential.emptyField, { field: label }));
	if (/\p{Cc}/u.test(text)) throw unusableField(say(credential.lineBreak, { field: label }));
	refusePlaceholder(text, label);
	return text;
}

function usableHeader(value: unknown, label: string): string {
	const text = usableText(value, label);
	if (isHeaderValue(text)) return text;
	throw invalidInput(say(credential.noHeader, { field: label }));
}

function refusePlaceholder(text: string, label: string): void {
	if (!isPlaceholder(text)) return;
	throw invalidInput(say(credential.placeholder, { field: label }));
}

function unusableField(message: string): Failure {
	return new Failure({ code: 'authentication', stage: 'token', message });
}
