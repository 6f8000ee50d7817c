// Reads exported models as transformers.js does. Standard input: a JSON array of {folder, texts, pairs, dtype, lines}, where pairs, dtype
// and lines may be missing: texts go through the pipeline at once and give labels with scores, texts with pairs give logits, and each of
// lines ({text, pair}) gives ids. Standard output: an array of {labels, scores, logits, pairLogits, ids}, or {error}.
import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { AutoTokenizer, env, pipeline } from '@huggingface/transformers';

env.allowRemoteModels = false;

async function read({ folder, texts, pairs, dtype, lines }) {
    env.localModelPath = dirname(folder);
    const result = {};
    if (texts) {
        const classifier = await pipeline('text-classification', basename(folder), { dtype: dtype ?? 'fp32' });
        const found = await classifier(texts, { top_k: null });
        result.labels = found.map((row) => row.map((entry) => entry.label));
        result.scores = found.map((row) => row.map((entry) => entry.score));
        const logits = async (options) =>
            (await classifier.model(classifier.tokenizer(texts, { padding: true, truncation: true, ...options }))).logits.tolist();
        result.logits = await logits({});
        result.pairLogits = pairs ? await logits({ text_pair: pairs }) : null;
        await classifier.dispose();
    }

    if (lines) {
        const tokenizer = await AutoTokenizer.from_pretrained(basename(folder));
        result.ids = lines.map(({ text, pair }) => tokenizer.encode(text, { text_pair: pair ?? null }));
    }

    return result;
}

const results = [];
for (const job of JSON.parse(readFileSync(0, 'utf8'))) {
    try {
        results.push(await read(job));
    } catch (error) {
        results.push({ error: String(error) });
    }
}

process.stdout.write(JSON.stringify(results));
