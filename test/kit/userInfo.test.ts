import { replaceUserInfo, secretsInUserInfo } from '../../nodes/kit/userInfo';

test.each<[unknown, string[]]>([
	['https://user:pass@a.example', ['user:pass', 'user', 'pass']],
	['https://token@a.example/cb', ['token']],
	['https://u:p:w@a.example', ['u:p:w', 'u', 'p:w']],
	['https://u:p%2Fw@a.example', ['u:p%2Fw', 'u', 'p%2Fw', 'u:p/w', 'p/w']],
	['https://u:100%@a.example', ['u:100%', 'u', '100%']],
	['https://a@b@c.example', ['a@b']],
	['https://a.example/cb?mail=x@y.example', []],
	['app://a.example', []],
	['//u@a.example', ['u']],
	[null, []],
	[undefined, []],
])('of the URL %j the secrets are %j', (url, secrets) => {
	expect([...new Set(secretsInUserInfo(url))]).toEqual(secrets);
});

test.each([
	['https://a.example/cb?mail=x@y.example', 'https://a.example/cb?mail=x@y.example'],
	['HTTPS://u:p@a.example', 'HTTPS://[redacted]@a.example'],
	['https:\\\\u:p@a.example', 'https:\\\\[redacted]@a.example'],
	['https://a@b@c.example', 'https://[redacted]@c.example'],
	['//u@a.example', '//[redacted]@a.example'],
])('in %s it can be replaced: %s', (url, shown) => {
	expect(replaceUserInfo(url, '[redacted]@')).toBe(shown);
});

test('what takes its place is taken literally', () => {
	expect(replaceUserInfo('https://u:p@a.example', '$1$&@')).toBe('https://$1$&@a.example');
});
