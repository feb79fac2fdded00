/**
 * User name and password in a URL (RFC 3986 §3.2.1): what stands before the last `@` of the host. People leave out the
 * scheme, and URL parsers take any number of slashes and backslashes for the two.
 */
const USER_INFO = /^((?:[a-z][a-z\d+.-]*:(?=[/\\]))?[/\\]*)([^/\\?#]*)@/i;

/** The user-info of a URL and what stands before it. Without slashes and without a password it is an email address. */
function userInfoOf(url: string): { opening: string; userInfo: string } | null {
	// White space is taken off by hand: to let the expression find it takes quadratic time on a long run of it.
	const trimmed = url.trimStart();
	const blank = url.slice(0, url.length - trimmed.length);
	const [, start = '', userInfo = ''] = USER_INFO.exec(trimmed) ?? [];
	const opening = `${blank}${start}`;
	return userInfo === '' || (!/[/\\]/.test(opening) && !userInfo.includes(':')) ? null : { opening, userInfo };
}

/**
 * The secrets that a URL can hold: its user-info as a whole, the user and the password, each as it stands and
 * percent-decoded, because a vendor may quote just one of them.
 */
export function secretsInUserInfo(url: unknown): string[] {
	const found = typeof url === 'string' ? userInfoOf(url) : null;
	if (found === null) return [];
	const [user = '', ...rest] = found.userInfo.split(':');
	return withDecoded([found.userInfo, user, rest.join(':')]);
}

/** The URL with something else in place of its user-info, the `@` included. */
export function replaceUserInfo(url: string, replacement: string): string {
	const found = userInfoOf(url);
	if (found === null) return url;
	const rest = url.slice(found.opening.length + found.userInfo.length + 1);
	return `${found.opening}${replacement}${rest}`;
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
