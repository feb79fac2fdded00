import { REDACTED } from '../shared/redaction';

/** User name and password in a URL: all that stands between the scheme and the last `@` before the path. */
const USER_INFO = /^(\s*[a-z][a-z\d+.-]*:[/\\]{2,})([^/\\?#]*)@/i;

/**
 * The secrets that a redirect URI can hold: user name and password of a host behind basic authentication, such as a
 * staging shop, as they stand in the URL and percent-decoded.
 */
export function secretsInRedirectUri(uri: unknown): string[] {
	const userInfo = typeof uri === 'string' ? USER_INFO.exec(uri)?.[2] : undefined;
	if (userInfo === undefined) return [];
	const [user = '', ...rest] = userInfo.split(':');
	const parts = [userInfo, user, rest.join(':')];
	return [...parts, ...parts.map(decoded)].filter((part) => part !== '');
}

/** The redirect URI as it may be shown: an earlier update may have stored a user name and password in it. */
export function withoutUserInfo(uri: string): string {
	return uri.replace(USER_INFO, `$1${REDACTED}@`);
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
