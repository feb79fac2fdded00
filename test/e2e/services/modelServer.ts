import { SimulatorServer, jsonObject, type Answer, type ReceivedRequest } from '../../simulator/server';

/** A message of the conversation, as a chat-completions request has it. */
export interface Message {
	role: 'system' | 'user' | 'assistant' | 'tool';
	content: string | null;
	tool_calls?: Array<{ id: string; type: 'function'; function: { name: string; arguments: string } }>;
	tool_call_id?: string;
}

export interface ToolDefinition {
	type: 'function';
	function: { name: string; description: string; parameters: { type: 'object'; properties: Record<string, object>; required?: string[] } };
}

/** What the model is sent. */
export interface ModelRequest {
	model: string;
	messages: Message[];
	tools: ToolDefinition[];
}

/** What the model answers: words, or calls of tools with their arguments. */
export type Turn = string | Array<{ tool: string; arguments: Record<string, unknown> }>;

const API_KEY = 'sk-loopback-model';

/**
 * Stands for a language model: a server on loopback that speaks OpenAI's chat-completions protocol, with its turns written
 * beforehand. It takes only conversations that the real one takes: every call of a tool is answered, once, and nothing
 * else is; a turn may only call tools that were offered, with the arguments that their definitions ask for.
 */
export class ModelServer {
	/** Every request that was accepted, in order. */
	readonly requests: ModelRequest[] = [];
	/** Why a request was refused, or a turn could not be given. */
	readonly faults: string[] = [];
	private turns: Turn[] = [];
	private calls = 0;
	private readonly server = new SimulatorServer(
		[{ method: 'POST', path: '/v1/chat/completions', handle: (request) => this.complete(request) }],
		({ method, path }) => this.refuse(404, `Unknown request: ${method} ${path}`),
	);

	/** Yields the data of an n8n credential of the type `openAiApi`. */
	async listen(): Promise<{ apiKey: string; url: string }> {
		return { apiKey: API_KEY, url: `${await this.server.listen()}/v1` };
	}

	async close(): Promise<void> {
		await this.server.close();
	}

	/** Starts a conversation: what the model says at each of its turns. */
	script(turns: Turn[]): void {
		this.turns = [...turns];
		this.requests.length = 0;
		this.faults.length = 0;
	}

	/** The results of tools that the model was sent, in order, as they came. */
	toolResults(): string[] {
		const { messages = [] } = this.requests.at(-1) ?? {};
		return messages.flatMap(({ role, content }) => (role === 'tool' ? [content ?? ''] : []));
	}

	private complete({ headers, text }: ReceivedRequest): Answer {
		if (headers.authorization !== `Bearer ${API_KEY}`) return this.refuse(401, 'Incorrect API key provided');
		const request = jsonObject(text) as (ModelRequest & { stream?: boolean }) | null;
		if (request === null || !Array.isArray(request.messages)) return this.refuse(400, 'The body is no chat completion');
		if (request.stream === true) return this.refuse(400, 'Streams are not spoken here');
		const tools = request.tools ?? [];
		const wrong = wrongTool(tools) ?? wrongMessage(request.messages);
		if (wrong !== null) return this.refuse(400, wrong);

		this.requests.push({ model: request.model, messages: request.messages, tools });
		const turn = this.turns.shift();
		if (turn === undefined) return this.refuse(400, 'The conversation went on after its last turn');
		const impossible = typeof turn === 'string' ? null : wrongTurn(turn, tools);
		if (impossible !== null) return this.refuse(400, impossible);
		return { status: 200, body: this.answer(request.model, turn) };
	}

	private answer(model: string, turn: Turn): object {
		const tool_calls =
			typeof turn === 'string'
				? undefined
				: turn.map(({ tool, arguments: given }) => ({
						id: `call_${(this.calls += 1)}`,
						type: 'function',
						function: { name: tool, arguments: JSON.stringify(given) },
					}));
		const message = { role: 'assistant', content: typeof turn === 'string' ? turn : null, ...(tool_calls ? { tool_calls } : {}) };
		return {
			id: `chatcmpl-${this.requests.length}`,
			object: 'chat.completion',
			created: Math.floor(Date.now() / 1000),
			model,
			choices: [{ index: 0, message, finish_reason: tool_calls ? 'tool_calls' : 'stop' }],
			usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
		};
	}

	private refuse(status: number, message: string): Answer {
		this.faults.push(message);
		return { status, body: { error: { message, type: 'invalid_request_error', param: null, code: null } } };
	}
}

function wrongTool(tools: ToolDefinition[]): string | null {
	for (const { type, function: definition } of tools) {
		if (type !== 'function' || !/^[\w-]{1,64}$/.test(definition?.name ?? '')) return `Invalid tool: ${JSON.stringify(definition)}`;
		if (definition.parameters?.type !== 'object') return `Invalid schema for function “${definition.name}”`;
	}
	const names = tools.map(({ function: { name } }) => name);
	return new Set(names).size === names.length ? null : `Tools of the same name: ${names.join(', ')}`;
}

/** As the API has it: a message with `tool_calls` must be followed by an answer to each of them, and to nothing else. */
function wrongMessage(messages: Message[]): string | null {
	let open: string[] = [];
	for (const { role, content, tool_calls: calls, tool_call_id: id } of messages) {
		if (role === 'tool') {
			if (id === undefined || !open.includes(id)) return `A message with role “tool” answers no call: ${id}`;
			if (typeof content !== 'string') return `The answer to ${id} is no text`;
			open = open.filter((each) => each !== id);
			continue;
		}
		if (open.length > 0) return `Calls without an answer: ${open.join(', ')}`;
		open = (calls ?? []).map((call) => call.id);
	}
	return open.length === 0 ? null : `Calls without an answer: ${open.join(', ')}`;
}

function wrongTurn(turn: Exclude<Turn, string>, tools: ToolDefinition[]): string | null {
	for (const { tool, arguments: given } of turn) {
		const definition = tools.find(({ function: { name } }) => name === tool)?.function;
		if (definition === undefined) return `No tool “${tool}” was offered, but ${tools.map((each) => each.function.name).join(', ')}`;
		const missing = (definition.parameters.required ?? []).filter((name) => !Object.hasOwn(given, name));
		if (missing.length > 0) return `“${tool}” needs ${missing.join(', ')}: ${JSON.stringify(definition.parameters)}`;
	}
	return null;
}
