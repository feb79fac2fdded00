/** User name and password in a URL (RFC 3986 §3.2.1): what stands before the last `@` of the host. */
const USER_INFO = /^(\s*(?:[a-z][a-z\d+.-]*:)?[/\\]{2,})([^/\\?#]*)@/i;

/**
 * The secrets that a URL can hold: its user-info as a whole, the user and the password, each as it stands and
 * percent-decoded, because a vendor may quote just one of them.
 */
export function secretsInUserInfo(url: unknown): string[] {
	const userInfo = typeof url === 'string' ? USER_INFO.exec(url)?.[2] : undefined;
	if (userInfo === undefined) return [];
	const [user = '', ...rest] = userInfo.split(':');
	return withDecoded([userInfo, user, rest.join(':')]);
}

/** The URL with something else in place of its user-info, the `@` included. */
export function replaceUserInfo(url: string, replacement: string): string {
	return url.replace(USER_INFO, (_whole, opening: string) => `${opening}${replacement}`);
}

/** Parts of a URL as they stand and percent-decoded, without empty ones. */
export function withDecoded(parts: string[]): string[] {
	return [...parts, ...parts.map(decoded)].filter((part) => part !== '');
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
