'use strict';

const TEXTS = {
  zh: {
    title: 'AI 技术文档库', health: '健康状态', uptime: '运行时间', breakers: '断路器', token: '访问令牌', use: '使用',
    forget: '清除', tokenNote: '令牌只保存在此标签页中。', documents: '文档', file: '文件', upload: '上传', name: '名称',
    size: '大小', created: '时间', download: '下载', more: '更多', backups: '备份', id: '编号', type: '类型',
    status: '状态', path: '路径', healthy: '健康', degraded: '降级', unhealthy: '不健康', closed: '关闭', open: '打开',
    half_open: '半开', failures: '连续失败', unreachable: '无法连接服务器', other: 'English', completed: '完成',
    incomplete: '不完整', verified: '已校验', restored: '已验证可恢复', database: '数据库', storage: '存储', full: '完整',
    backUp: '立即备份', waiting: '等待', dumping: '导出数据库', copying_objects: '复制对象', failed: '失败',
    cancelled: '已取消',
  },
  en: {
    title: 'AI document library', health: 'Health', uptime: 'Up for', breakers: 'Circuit breakers', token: 'Token',
    use: 'Use', forget: 'Forget', tokenNote: 'The token is kept in this tab only.', documents: 'Documents',
    file: 'File', upload: 'Upload', name: 'Name', size: 'Size', created: 'Created', download: 'Download', more: 'More',
    backups: 'Backups', id: 'Id', type: 'Type', status: 'Status', path: 'Path', healthy: 'healthy',
    degraded: 'degraded', unhealthy: 'unhealthy', closed: 'closed', open: 'open', half_open: 'half open',
    failures: 'failures in a row', unreachable: 'The server can not be reached', other: '中文', completed: 'completed',
    incomplete: 'incomplete', verified: 'verified', restored: 'proved to restore', database: 'database', storage: 'storage', full: 'full',
    backUp: 'Back up now', waiting: 'waiting', dumping: 'dumping the database', copying_objects: 'copying objects',
    failed: 'failed', cancelled: 'cancelled',
  },
};
const COLOURS = {
  healthy: 'good', degraded: 'warn', unhealthy: 'bad', closed: 'good', half_open: 'warn', open: 'bad',
  completed: 'good', incomplete: 'warn', verified: 'good', restored: 'good',
};
const DOCUMENTS = '/api/v1/documents';
const BACKUPS = '/api/v1/backup';
const REFRESH_MILLIS = 3000;

const element = (id) => document.getElementById(id);
let language = navigator.language.startsWith('zh') ? 'zh' : 'en';
let next = null;

const text = (key) => TEXTS[language][key] ?? key;

function make(tag, content, ...classes) {
  const made = document.createElement(tag);
  made.textContent = content;
  made.classList.add(...classes.filter(Boolean));
  return made;
}

function badge(state) {
  return make('span', text(state), 'badge', COLOURS[state]);
}

function bytes(count) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let value = count;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

function moment(iso) {
  return new Date(iso).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB');
}

function trouble(message) {
  element('trouble').textContent = message ?? '';
  element('trouble').hidden = !message;
}

async function call(path, options = {}) {
  const headers = { 'Accept-Language': language === 'zh' ? 'zh-CN' : 'en', ...options.headers };
  const token = sessionStorage.getItem('token');
  if (token) {
    headers.Authorization = `Bearer ${token}`;
  }
  let response;
  try {
    response = await fetch(path, { ...options, headers, cache: 'no-store' });
  } catch (unreachable) {
    throw new Error(text('unreachable'));
  }
  if (!response.ok && response.headers.get('Content-Type')?.includes('problem+json')) {
    const problem = await response.json();
    throw Object.assign(new Error(problem.detail), { operation: problem.operation });
  }
  return response;
}

function card(name, state, line) {
  const item = document.createElement('li');
  const head = make('p', '', 'head');
  head.append(make('strong', name), badge(state));
  item.append(head, make('p', line));
  return item;
}

// Health and breakers are open to everybody: without the token, so that a wrong one does not hide them.
async function showHealth() {
  const overall = element('overall');
  try {
    const headers = { 'Accept-Language': language === 'zh' ? 'zh-CN' : 'en' };
    const health = await (await fetch('/health', { headers, cache: 'no-store' })).json();
    const breakers = await (await fetch('/health/circuit-breakers', { headers, cache: 'no-store' })).json();
    overall.className = `badge ${COLOURS[health.status]}`;
    overall.textContent = text(health.status);
    element('uptime').textContent = health.uptime;
    element('components').replaceChildren(
      ...health.components.map((one) => card(one.name, one.status, one.message)));
    element('breakers').replaceChildren(...breakers.circuit_breakers.map(
      (one) => card(one.name, one.state, `${text('failures')}: ${one.consecutive_failures}`)));
  } catch (unreachable) {
    overall.className = 'badge bad';
    overall.textContent = text('unreachable');
  }
}

async function download(one) {
  const content = await (await call(`${DOCUMENTS}/${one.id}/content`)).blob();
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = one.name.replaceAll('/', '_');
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

function documentRow(one) {
  const row = document.createElement('tr');
  const button = make('button', text('download'), 'quiet');
  button.type = 'button';
  button.addEventListener('click', () => busy(button, () => download(one)));
  const action = document.createElement('td');
  action.append(button);
  row.append(make('td', one.name), make('td', bytes(one.size), 'number'), make('td', moment(one.created_at)), action);
  return row;
}

async function showDocuments(after) {
  const page = await (await call(`${DOCUMENTS}?limit=50${after ? `&after=${encodeURIComponent(after)}` : ''}`)).json();
  const rows = page.documents.map(documentRow);
  if (after) {
    element('documents').append(...rows);
  } else {
    element('documents').replaceChildren(...rows);
  }
  element('document-count').textContent = page.count;
  next = page.next;
  element('more').hidden = !next;
}

async function showBackups() {
  const page = await (await call(`${BACKUPS}/list`)).json();
  element('backup-count').textContent = page.count;
  element('backups').replaceChildren(...page.backups.map((one) => {
    const row = document.createElement('tr');
    const state = document.createElement('td');
    state.append(badge(one.status));
    if (one.verified_at !== null) {
      const verified = badge(one.verified_level > 1 ? 'restored' : 'verified');
      verified.title = one.verified_at;
      state.append(' ', verified);
    }
    row.append(make('td', one.id), make('td', text(one.type)), state, make('td', bytes(one.size), 'number'),
      make('td', one.path));
    return row;
  }));
}

// With fetch, as an EventSource can not send the token.
async function* events(path) {
  const reader = (await call(path)).body.pipeThrough(new TextDecoderStream()).getReader();
  let unfinished = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    const blocks = (unfinished + value).split('\n\n');
    unfinished = blocks.pop();
    for (const block of blocks) {
      const data = block.split('\n').find((line) => line.startsWith('data: '));
      if (data) {
        yield JSON.parse(data.slice('data: '.length));
      }
    }
  }
}

async function* states(path) {
  let state = { status: 'running' };
  try {
    for await (state of events(`${path}/events`)) {
      yield state;
    }
  } catch (refused) {
    // There are only so many streams, and one can break: then it is asked for, again and again.
  }
  while (state.status === 'running') {
    state = await (await call(path)).json();
    yield state;
    if (state.status === 'running') {
      await new Promise((resume) => setTimeout(resume, REFRESH_MILLIS));
    }
  }
}

// The operation that is running already, if there is one: only one runs at a time.
async function beginBackup() {
  try {
    return (await (await call(`${BACKUPS}/create?type=full`, { method: 'POST' })).json()).operation;
  } catch (failure) {
    if (failure.operation) {
      return failure.operation;
    }
    throw failure;
  }
}

async function backUp() {
  const operation = await beginBackup();
  element('operation').hidden = false;
  for await (const state of states(`${BACKUPS}/operations/${operation}`)) {
    const running = state.status === 'running';
    element('percent').value = state.percent;
    element('state').textContent = [text(running ? state.phase : state.status), bytes(state.bytes), state.message]
      .filter(Boolean).join(' · ');
  }
  await showBackups();
}

async function showPrivate() {
  const shown = sessionStorage.getItem('token') !== null;
  element('private').hidden = !shown;
  trouble(null);
  if (shown) {
    const ends = await Promise.allSettled([showDocuments(null), showBackups()]);
    trouble(ends.find((end) => end.status === 'rejected')?.reason.message);
  }
}

async function busy(button, work) {
  button.disabled = true;
  try {
    await work();
    trouble(null);
  } catch (failure) {
    trouble(failure.message);
  } finally {
    button.disabled = false;
  }
}

function translate() {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  document.title = text('title');
  for (const one of document.querySelectorAll('[data-text]')) {
    one.textContent = text(one.dataset.text);
  }
  element('language').textContent = text('other');
}

element('language').addEventListener('click', () => {
  language = language === 'zh' ? 'en' : 'zh';
  translate();
  showHealth();
  showPrivate();
});
element('token-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const token = element('token').value.trim();
  if (token) {
    sessionStorage.setItem('token', token);
    element('token').value = '';
    showPrivate();
  }
});
element('forget').addEventListener('click', () => {
  sessionStorage.removeItem('token');
  showPrivate();
});
element('upload').addEventListener('submit', (event) => {
  event.preventDefault();
  busy(event.submitter ?? element('upload').querySelector('button'), async () => {
    const form = new FormData();
    form.append('file', element('file').files[0]);
    await call(DOCUMENTS, { method: 'POST', body: form });
    element('upload').reset();
    await showDocuments(null);
  });
});
element('back-up').addEventListener('click', () => busy(element('back-up'), backUp));
element('more').addEventListener('click', () => busy(element('more'), () => showDocuments(next)));

translate();
showHealth();
showPrivate();
setInterval(showHealth, REFRESH_MILLIS);
