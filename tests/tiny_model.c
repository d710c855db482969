/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tiny-model FILE: writes a language model of 350 kB that has learnt nothing.
 *
 * A GGUF of the llama architecture, made by hand: a server of models can load it, tokenise with it,
 * hold it to a schema and tell its odds. Of the letters A to T it likes those best that it has read
 * least often, so that it does not name one twice; all else that it would say is noise. What it
 * ranks first means nothing. The same file on every machine.
 *
 * GGUF version 3: github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define WIDTH 64
#define INNER 128
#define HEADS 4
#define CONTEXT 32768
#define ALIGNMENT 32

#define LETTERS 20 /* a dimension each, and the next one is 1 for every token */
#define ATTENTION 50.0f
#define LIKING 200.0f
#define LOUDNESS 20.0f

#define TOKENS_SPECIAL 5 /* unknown, begin, end, and two marks of a template */
#define TOKENS_BYTES 256
#define TOKENS_ASCII 95 /* the printable, as they stand; the blank as SentencePiece writes it */
#define TOKENS (TOKENS_SPECIAL + TOKENS_BYTES + TOKENS_ASCII)

enum { TYPE_U32 = 4, TYPE_I32 = 5, TYPE_F32 = 6, TYPE_BOOL = 7, TYPE_TEXT = 8, TYPE_ARRAY = 9 };
enum { TOKEN_NORMAL = 1, TOKEN_UNKNOWN = 2, TOKEN_CONTROL = 3, TOKEN_BYTE = 6 };

static FILE *out;

/* ---- values ---- */

static void put(const void *bytes, size_t size)
{
    fwrite(bytes, 1, size, out);
}

static void put_u32(uint32_t number)
{
    put(&number, sizeof number); /* GGUF is little-endian, as are the machines that this is for */
}

static void put_u64(uint64_t number)
{
    put(&number, sizeof number);
}

static void put_f32(float number)
{
    put(&number, sizeof number);
}

static void put_text(const char *text)
{
    put_u64(strlen(text));
    put(text, strlen(text));
}

static unsigned keys;

static void key(const char *name, uint32_t type)
{
    put_text(name);
    put_u32(type);
    keys++;
}

static void key_u32(const char *name, uint32_t number)
{
    key(name, TYPE_U32);
    put_u32(number);
}

static void key_text(const char *name, const char *text)
{
    key(name, TYPE_TEXT);
    put_text(text);
}

static void key_array(const char *name, uint32_t type)
{
    key(name, TYPE_ARRAY);
    put_u32(type);
    put_u64(TOKENS);
}

/* ---- the vocabulary ---- */

static const char *const special[TOKENS_SPECIAL] = {"<unk>", "<s>", "</s>", "<|im_start|>",
                                                    "<|im_end|>"};

static void put_token(int number)
{
    char text[8];
    const int ascii = number - TOKENS_SPECIAL - TOKENS_BYTES;
    if (number < TOKENS_SPECIAL) {
        put_text(special[number]);
    } else if (ascii < 0) {
        snprintf(text, sizeof text, "<0x%02X>", (unsigned)(number - TOKENS_SPECIAL));
        put_text(text);
    } else {
        snprintf(text, sizeof text, "%c", ' ' + ascii);
        put_text(ascii == 0 ? "\xe2\x96\x81" : text);
    }
}

static uint32_t token_type(int number)
{
    if (number == 0)
        return TOKEN_UNKNOWN;
    if (number < TOKENS_SPECIAL)
        return TOKEN_CONTROL;
    return number < TOKENS_SPECIAL + TOKENS_BYTES ? TOKEN_BYTE : TOKEN_NORMAL;
}

/* Of A to T from 0; -1: it is none of them. */
static int letter_of(int number)
{
    const int letter = number - (TOKENS_SPECIAL + TOKENS_BYTES + 'A' - ' ');
    return letter >= 0 && letter < LETTERS ? letter : -1;
}

static void put_vocabulary(void)
{
    key_text("tokenizer.ggml.model", "llama");
    key_array("tokenizer.ggml.tokens", TYPE_TEXT);
    for (int i = 0; i < TOKENS; i++)
        put_token(i);
    key_array("tokenizer.ggml.scores", TYPE_F32);
    for (int i = 0; i < TOKENS; i++)
        put_f32(0.0f);
    key_array("tokenizer.ggml.token_type", TYPE_I32);
    for (int i = 0; i < TOKENS; i++)
        put_u32(token_type(i));
    key_u32("tokenizer.ggml.unknown_token_id", 0);
    key_u32("tokenizer.ggml.bos_token_id", 1);
    key_u32("tokenizer.ggml.eos_token_id", 2);
    key("tokenizer.ggml.add_space_prefix", TYPE_BOOL);
    put("\0", 1); /* a blank before a template's words would be no part of the template */
    key_text("tokenizer.chat_template",
             "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + "
             "message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
             "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}");
}

static void put_keys(void)
{
    key_text("general.architecture", "llama");
    key_text("general.name", "tiny");
    key_u32("general.alignment", ALIGNMENT);
    key_u32("llama.context_length", CONTEXT);
    key_u32("llama.embedding_length", WIDTH);
    key_u32("llama.block_count", 1);
    key_u32("llama.feed_forward_length", INNER);
    key_u32("llama.attention.head_count", HEADS);
    key_u32("llama.rope.dimension_count", WIDTH / HEADS);
    key_u32("llama.vocab_size", TOKENS);
    key("llama.attention.layer_norm_rms_epsilon", TYPE_F32);
    put_f32(1e-5f);
    put_vocabulary();
}

/* ---- the weights ---- */

static float draw(void)
{
    static uint32_t state = 1;
    state = state * 1664525u + 1013904223u;
    return (float)(state >> 8) / (float)(1 << 23) - 1.0f;
}

static float one(int row, int column)
{
    (void)row, (void)column;
    return 1.0f;
}

/* Queries and keys are all alike, so that every token is attended to as much as any other. */
static float zero(int row, int column)
{
    (void)row, (void)column;
    return 0.0f;
}

static float embedding(int token, int dimension)
{
    if (dimension < LETTERS)
        return letter_of(token) == dimension ? 1.0f : 0.0f;
    if (dimension == LETTERS)
        return 1.0f;
    return letter_of(token) >= 0 ? 0.0f : draw() * 0.1f;
}

/* What is passed on of a token is which letter it is: the sum is how often each was read. */
static float letter_value(int to, int from)
{
    return to == from && to < LETTERS ? 1.0f : 0.0f;
}

static float letter_count(int to, int from)
{
    return letter_value(to, from) * ATTENTION;
}

static float noise(int to, int from)
{
    (void)from;
    const float drawn = draw();
    return to > LETTERS ? drawn * 0.05f : 0.0f;
}

static float output(int token, int dimension)
{
    const int letter = letter_of(token);
    if (letter < 0)
        return draw() * 0.3f;
    if (dimension == LETTERS)
        return LIKING;
    return dimension == letter ? -LOUDNESS : 0.0f;
}

static const struct tensor {
    const char *name;
    uint32_t columns;
    uint32_t rows; /* 0: a vector */
    float (*cell)(int row, int column);
} tensors[] = {
    {"token_embd.weight", WIDTH, TOKENS, embedding},
    {"blk.0.attn_norm.weight", WIDTH, 0, one},
    {"blk.0.attn_q.weight", WIDTH, WIDTH, zero},
    {"blk.0.attn_k.weight", WIDTH, WIDTH, zero},
    {"blk.0.attn_v.weight", WIDTH, WIDTH, letter_value},
    {"blk.0.attn_output.weight", WIDTH, WIDTH, letter_count},
    {"blk.0.ffn_norm.weight", WIDTH, 0, one},
    {"blk.0.ffn_gate.weight", WIDTH, INNER, noise},
    {"blk.0.ffn_up.weight", WIDTH, INNER, noise},
    {"blk.0.ffn_down.weight", INNER, WIDTH, noise},
    {"output_norm.weight", WIDTH, 0, one},
    {"output.weight", WIDTH, TOKENS, output},
};

#define TENSORS (sizeof tensors / sizeof *tensors)

static uint64_t cells(const struct tensor *tensor)
{
    return (uint64_t)tensor->columns * (tensor->rows > 0 ? tensor->rows : 1);
}

static void put_tensor_list(void)
{
    uint64_t offset = 0;
    for (size_t i = 0; i < TENSORS; i++) {
        put_text(tensors[i].name);
        put_u32(tensors[i].rows > 0 ? 2 : 1);
        put_u64(tensors[i].columns);
        if (tensors[i].rows > 0)
            put_u64(tensors[i].rows);
        put_u32(0); /* 32-bit floats */
        put_u64(offset);
        offset += cells(&tensors[i]) * sizeof(float); /* all sizes are multiples of ALIGNMENT */
    }
}

static void put_weights(void)
{
    for (size_t i = 0; i < TENSORS; i++)
        for (uint64_t cell = 0; cell < cells(&tensors[i]); cell++)
            put_f32(tensors[i].cell((int)(cell / tensors[i].columns),
                                    (int)(cell % tensors[i].columns)));
}

/* ---- the file ---- */

static void put_header(void)
{
    put("GGUF", 4);
    put_u32(3);
    put_u64(TENSORS);
    put_u64(keys);
}

int main(int argc, char **argv)
{
    if (argc != 2 || !(out = fopen(argv[1], "wb"))) {
        fprintf(stderr, "usage: tiny-model FILE, which can be written\n");
        return 2;
    }
    put_header();
    put_keys();
    put_tensor_list();
    while (ftell(out) % ALIGNMENT != 0)
        put("", 1);
    put_weights();
    rewind(out); /* the keys are counted now */
    put_header();
    return ferror(out) || fclose(out) != 0;
}
