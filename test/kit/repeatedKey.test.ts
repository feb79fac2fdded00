import fc from 'fast-check';

import { repeatedKey } from '../../nodes/kit/repeatedKey';
import { requireObject } from '../../nodes/kit/parameters';

test.each<[json: string, key: string | null]>([
	['{"a":1,"a":2}', 'a'],
	['{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}', null],
	['{"x":{"a":1},"y":[0,{"b":1 , "b"\n\t:2}]}', 'b'],
	['{"a":"a","b":"a","c":["a","a"]}', null],
	['{"a":"\\"a\\":1,","b":"{\\"b\\":","c":"}"}', null],
	['{"a":"\\\\","a":1}', 'a'],
	['{"caf\\u00e9":1,"café":2}', 'café'],
	['{"a\\/b":1,"a/b":2}', 'a/b'],
	['{"A":1,"a":2}', null],
	['{"":1,"":2}', ''],
	['{"__proto__":1,"__proto__":2}', '__proto__'],
	['{"constructor":1}', null],
	['{"a":{"k":1},"k":2,"b":[[],{}],"k":3}', 'k'],
	['[{"a":1},{"a":2}]', null],
	['"a"', null],
])('in %s, the key that stands twice is %j', (json, key) => {
	expect(repeatedKey(json)).toBe(key);
});

test('property: JSON that was written out has none, and one more of any of its keys is found', () => {
	fc.assert(
		fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.boolean(), (object, isIndented) => {
			const json = JSON.stringify(object, null, isIndented ? 2 : 0);
			const key = Object.keys(object)[0]!;

			expect(repeatedKey(json)).toBeNull();
			expect(repeatedKey(`{${JSON.stringify(key)}:0,${json.slice(1)}`)).toBe(key);
		}),
	);
});

test('is told of an object in one sentence, in which a long key is cut short', () => {
	expect(() => requireObject('{"k":1,"k":2}', 'Metadata')).toThrow('“Metadata” has the key “k” twice in one object. Remove one of them.');
	const long = 'k'.repeat(500);
	expect(() => requireObject(`{"${long}":1,"${long}":2}`, 'Metadata')).toThrow(/“k{60}…” twice/);
});
