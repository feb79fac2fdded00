import { MESSAGES } from '../../kit/messages';
import { say } from '../../kit/sentences';

/** The head of an answer, as n8n's HTTP client hands it over. */
export interface RawAnswer {
	statusCode: number;
	headers: Record<string, unknown>;
}

/** Headers with lower-case names, each as one text. */
export function textHeaders(headers: Record<string, unknown>): Record<string, string> {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [
			name.toLowerCase(),
			Array.isArray(value) ? value.join(', ') : String(value),
		]),
	);
}

/** The largest answer that is read, in bytes after decompression. A credential is a few kB, a full list a few hundred. */
const MAX_BODY_BYTES = 5 * 1024 * 1024;

/** As much of Node's `Readable` as reading needs: nodes may not import `stream`, not even its types. */
export interface ByteStream extends AsyncIterable<Uint8Array> {
	destroy(error?: Error): unknown;
}

export class BodyTooLarge extends Error {}

/**
 * Reads a streamed body as UTF-8 text. Rejects with `BodyTooLarge` past `MAX_BODY_BYTES`, and with the signal's reason
 * when it is aborted first: n8n's own `timeout` does not bound a body that drips. Closes the stream in every case.
 */
export async function readBody(stream: ByteStream, signal: AbortSignal): Promise<string> {
	const close = () => stream.destroy(new Error(say(MESSAGES.request.cutOff)));
	signal.addEventListener('abort', close, { once: true });
	try {
		signal.throwIfAborted();
		const chunks: Buffer[] = [];
		let size = 0;
		for await (const chunk of stream) {
			const bytes = Buffer.from(chunk);
			size += bytes.length;
			if (size > MAX_BODY_BYTES) throw new BodyTooLarge();
			chunks.push(bytes);
		}
		// A decoder and no `toString`: it takes off the byte order mark that some servers begin with and JSON has not.
		return new TextDecoder().decode(Buffer.concat(chunks));
	} finally {
		signal.removeEventListener('abort', close);
		stream.destroy();
	}
}

/**
 * The body of an answer; `null` where it broke off and the status says enough. So ends the answer of a proxy that refuses a
 * tunnel: n8n's HTTP client keeps its head and what had arrived by then.
 */
export async function readAnswer({ statusCode, body }: RawAnswer & { body: ByteStream }, signal: AbortSignal): Promise<string | null> {
	return await readBody(body, signal).catch((error: unknown) => {
		if (statusCode >= 400 && !signal.aborted && !(error instanceof BodyTooLarge)) return null;
		throw error;
	});
}
