// Every endpoint of openapi.json, and a form to call it with one's own key.
import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { call } from '../api/client';
import { bytes } from '../core/format';
import { text } from '../text';
import { Icon } from '../ui/icon';
import { CopyButton, Field, LoadError, useLoaded, useTask } from '../ui/parts';
import { type Endpoint, endpointsOf, example, type OpenApi, resolve, type Schema, typeName } from './openapi';

const words = text.docs;
/** Lives as long as the page. */
const key = signal('');

export function Reference() {
  const api = useLoaded(() => call<OpenApi>('GET', '/openapi.json'));
  if (!api.value) return api.error ? <LoadError error={words.referenceFailed} retry={() => void api.reload()} /> : null;
  const document = api.value;
  const endpoints = endpointsOf(document);
  return (
    <div class="stack">
      <div class="reference-key">
        <Field label={words.key} type="password" autocomplete="off" placeholder="rmvr_live_…" value={key.value} onInput={(value) => (key.value = value.trim())} />
      </div>
      {document.tags.map((tag) => (
        <div class="endpoints" key={tag.name}>
          <h3>{tag.name}</h3>
          {endpoints
            .filter(({ operation }) => operation.tags[0] === tag.name)
            .map((endpoint) => (
              <EndpointView key={endpoint.operation.operationId} api={document} endpoint={endpoint} />
            ))}
        </div>
      ))}
    </div>
  );
}

function EndpointView({ api, endpoint: { method, path, operation } }: { api: OpenApi; endpoint: Endpoint }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="endpoint" id={operation.operationId} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class={`method ${method}`}>{method.toUpperCase()}</span>
        <code class="endpoint-path">{path}</code>
        <span class="quiet endpoint-summary">{operation.summary}</span>
        <Icon name="right" />
      </summary>
      {open && (
        <div class="endpoint-body stack">
          {operation.description && <p>{operation.description}</p>}
          <Try endpoint={{ method, path, operation }} />
          <Answers api={api} endpoint={{ method, path, operation }} />
        </div>
      )}
    </details>
  );
}

function Answers({ api, endpoint: { operation } }: { api: OpenApi; endpoint: Endpoint }) {
  return (
    <div class="stack">
      <h4>{words.answers}</h4>
      <dl class="answers">
        {Object.entries(operation.responses).map(([status, response]) => {
          const answer = resolve(api, response);
          const schema = Number(status) < 300 ? answer.content?.['application/json']?.schema : undefined;
          return (
            <div key={status}>
              <dt class={Number(status) < 400 ? 'tone-good' : 'tone-bad'}>{status}</dt>
              <dd>
                {answer.description}
                {schema && (
                  <pre tabIndex={0}>
                    <code>{JSON.stringify(example(api, schema), null, 2)}</code>
                  </pre>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}

interface Input {
  name: string;
  where: 'path' | 'query' | 'header' | 'form';
  required: boolean;
  schema: Schema;
  description: string | undefined;
}

function inputsOf({ operation }: Endpoint): Input[] {
  const parameters = (operation.parameters ?? []).map(
    (one): Input => ({ name: one.name, where: one.in, required: one.required ?? false, schema: one.schema, description: one.description }),
  );
  const form = operation.requestBody?.content['multipart/form-data']?.schema;
  const fields = Object.entries(form?.properties ?? {}).map(
    ([name, schema]): Input => ({ name, where: 'form', required: form?.required?.includes(name) ?? false, schema, description: schema.description }),
  );
  return [...fields, ...parameters];
}

const isFile = (schema: Schema) => schema.format === 'binary' || schema.items?.format === 'binary';

/** What is filled in goes out as it is, with fetch and the key; the answer is shown as it came. */
function Try({ endpoint }: { endpoint: Endpoint }) {
  const inputs = inputsOf(endpoint);
  const [values, setValues] = useState<Record<string, string>>({});
  const [files, setFiles] = useState<Record<string, File[]>>({});
  const [answer, setAnswer] = useState<{ head: string; body: string } | null>(null);
  const id = endpoint.operation.operationId;
  const send = useTask(async () => setAnswer(await perform(endpoint, inputs, values, files)));
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void send.run();
      }}
    >
      {inputs.length > 0 && <h4>{words.parameters}</h4>}
      {inputs.map((input) => (
        <div class="parameter" key={input.name}>
          <label for={`${id}-${input.name}`}>
            <code>{input.name}</code> <span class="quiet small">{typeName(input.schema)}</span>
            {input.required && <span class="chip">{words.required}</span>}
          </label>
          {isFile(input.schema) ? (
            <input
              id={`${id}-${input.name}`}
              type="file"
              multiple={input.schema.type === 'array'}
              onChange={(event) => setFiles({ ...files, [input.name]: [...(event.currentTarget.files ?? [])] })}
            />
          ) : input.schema.enum ? (
            <select id={`${id}-${input.name}`} class="input" value={values[input.name] ?? ''} onChange={(event) => setValues({ ...values, [input.name]: event.currentTarget.value })}>
              <option value="">{words.unset}</option>
              {input.schema.enum.map((choice) => (
                <option key={choice}>{choice}</option>
              ))}
            </select>
          ) : (
            <input
              id={`${id}-${input.name}`}
              class="input"
              value={values[input.name] ?? ''}
              placeholder={String(input.schema.examples?.[0] ?? input.schema.default ?? '')}
              required={input.required}
              onInput={(event) => setValues({ ...values, [input.name]: event.currentTarget.value })}
            />
          )}
          {input.description && <p class="quiet small">{input.description}</p>}
        </div>
      ))}
      <div class="row">
        <button type="submit" class="button primary" disabled={send.busy}>
          {send.busy ? words.trying : words.tryIt}
        </button>
        {send.error && <span class="error-text">{send.error}</span>}
      </div>
      {answer && (
        <div class="try-answer" role="status">
          <div class="spread">
            <strong class="mono">{answer.head}</strong>
            <CopyButton value={answer.body} />
          </div>
          <pre tabIndex={0}>
            <code>{answer.body}</code>
          </pre>
        </div>
      )}
    </form>
  );
}

async function perform(endpoint: Endpoint, inputs: Input[], values: Record<string, string>, files: Record<string, File[]>) {
  const query = new URLSearchParams();
  const headers: Record<string, string> = {};
  const form = new FormData();
  let path = endpoint.path;
  for (const { name, where } of inputs) {
    const value = values[name]?.trim() ?? '';
    for (const file of files[name] ?? []) form.append(name, file, file.name);
    if (value === '') continue;
    if (where === 'path') path = path.replace(`{${name}}`, encodeURIComponent(value));
    else if (where === 'query') query.set(name, value);
    else if (where === 'header') headers[name] = value;
    else form.append(name, value);
  }
  if (endpoint.operation.security === undefined) headers['Authorization'] = `Bearer ${key.value}`;
  const body = endpoint.method === 'post' ? form : null;
  const response = await fetch(path + (query.size > 0 ? `?${query}` : ''), { method: endpoint.method.toUpperCase(), headers, body, credentials: 'omit' }).catch(() => {
    throw new Error(text.errors.unreachable);
  });
  return { head: `${response.status} ${response.statusText}`, body: await readable(response) };
}

async function readable(response: Response): Promise<string> {
  const type = response.headers.get('Content-Type') ?? '';
  if (type.includes('json')) return JSON.stringify(await response.json(), null, 2);
  if (type.startsWith('text/')) return (await response.text()).slice(0, 20_000);
  return words.binary(bytes((await response.blob()).size));
}
