import type { IDataObject } from 'n8n-workflow';

import { Failure, invalidInput } from './failure';

/** Hosts of this machine, the only ones that a secret may reach without TLS. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Parses a base URL of a credential and refuses one that is not safe to send secrets to.
 * Throws a `Failure` (`invalidInput`) naming the field.
 */
export function checkedBaseUrl(text: unknown, field = 'Base URL'): URL {
	let url: URL;
	try {
		url = new URL(String(text));
	} catch {
		throw invalidInput(`“${field}” of the credential is not a URL. Enter one such as https://api.example.com.`);
	}
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname))) {
		throw invalidInput(`“${field}” of the credential must begin with https://, so that secrets travel encrypted.`);
	}
	if (url.username !== '' || url.password !== '') {
		throw invalidInput(
			`“${field}” of the credential must not hold a user name or password. Enter them in their own fields.`,
		);
	}
	// Not by `search` and `hash`, which are empty for a bare “?” or “#”: the path of a request would follow it.
	if (/[?#]/.test(url.href)) {
		throw invalidInput(`“${field}” of the credential must end with its path. Remove what follows “?” or “#”.`);
	}
	return url;
}

/** The base URL without the slash at its end, ready for a path to follow. Throws as `checkedBaseUrl` does. */
export function baseUrlPrefix(text: unknown, field?: string): string {
	return checkedBaseUrl(text, field).href.replace(/\/+$/, '');
}

/**
 * A field of a credential that has to be filled in, without the white space that pasting leaves at its ends.
 * Throws a `Failure` (`authentication`) naming it when it is empty or holds a line break or other control character.
 */
export function credentialText(credentials: IDataObject, name: string, label: string): string {
	const value = credentials[name];
	const text = typeof value === 'string' ? value.trim() : '';
	if (text === '') throw unusableField(label, 'is empty. Fill it in and save the credential.');
	if (/\p{Cc}/u.test(text)) throw unusableField(label, 'holds a line break. Paste it again, in one line.');
	return text;
}

function unusableField(label: string, fault: string): Failure {
	return new Failure({ code: 'authentication', stage: 'token', message: `“${label}” of the credential ${fault}` });
}
