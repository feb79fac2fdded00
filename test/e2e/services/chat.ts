import { SimulatorServer, jsonObject, type Answer, type ReceivedRequest } from '../../simulator/server';

/** A chat's incoming webhook on loopback: it takes `{ "text": "…" }` and nothing else. */
export class ChatServer {
	/** What was said, in order. */
	readonly messages: string[] = [];
	private readonly server = new SimulatorServer(
		[{ method: 'POST', path: '/hooks/rotation', handle: (request) => this.take(request) }],
		() => ({ status: 404 }),
	);

	/** @param onMessage told each message as it comes */
	constructor(private readonly onMessage: (text: string) => void = () => undefined) {}

	/** Yields the webhook's URL. */
	async listen(): Promise<string> {
		return `${await this.server.listen()}/hooks/rotation`;
	}

	async close(): Promise<void> {
		await this.server.close();
	}

	private take({ text }: ReceivedRequest): Answer {
		const body = jsonObject(text);
		if (body === null || Object.keys(body).join() !== 'text' || typeof body.text !== 'string') return { status: 400 };
		this.messages.push(body.text);
		this.onMessage(body.text);
		return { status: 200, body: 'ok' };
	}
}
