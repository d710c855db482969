/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The form is that of the layers format of TensorFlow.js: tensors stand in the files one after the
 * other in the order of the list, without regard to where a file ends. What the graph in model.json
 * does with them is not read; sentence.c does that.
 */
#include "expert/language/sentence_weights.h"

#include "base/arena.h"
#include "data/file.h"

#include <jansson.h>
#include <math.h>

#define JSON_BYTES_MAX ((size_t)4 << 20)
#define NUMBER_BYTES 4 /* of every type that is read */

/* ---- model.json ---- */

static bool read_files(struct arena *arena, const json_t *paths, struct weights_manifest *out,
                       struct err *err)
{
    const json_t *path;
    size_t i;
    json_array_foreach(paths, i, path)
    {
        const struct str name = {json_string_value(path), json_string_length(path)};
        if (name.len == 0 || memchr(name.ptr, '/', name.len) || name.ptr[0] == '.' ||
            memchr(name.ptr, '\0', name.len))
            return err_set(err, ERR_CORRUPT, "a file of numbers must have a plain name");
        if (out->files_count == MANIFEST_FILES_MAX)
            return err_set(err, ERR_CORRUPT, "it names more than %d files", MANIFEST_FILES_MAX);
        out->files[out->files_count++] = str_copy(arena, name);
    }
    return true;
}

/* How many numbers a tensor of that shape has; false: too many, or it is no shape. */
static bool measure_shape(const json_t *shape, struct tensor *tensor)
{
    const json_t *size;
    size_t i;
    tensor->count = tensor->columns = 1;
    json_array_foreach(shape, i, size)
    {
        const json_int_t columns = json_integer_value(size);
        if (columns < 1 || columns > (json_int_t)MANIFEST_NUMBERS_MAX ||
            tensor->count > MANIFEST_NUMBERS_MAX / (size_t)columns)
            return false;
        tensor->columns = (size_t)columns;
        tensor->count *= (size_t)columns;
    }
    return json_is_array(shape);
}

static bool read_tensor(struct arena *arena, const json_t *json, struct weights_manifest *out,
                        struct err *err)
{
    const char *name = json_string_value(json_object_get(json, "name"));
    const char *type = json_string_value(json_object_get(json, "dtype"));
    struct tensor tensor = {.first = out->numbers};
    if (!name || !type)
        return err_set(err, ERR_CORRUPT, "tensor %u has no name or no dtype", out->tensors_count);
    tensor.name = str_copy(arena, str_of(name));
    tensor.is_real = strcmp(type, "float32") == 0;
    if (!tensor.is_real && strcmp(type, "int32") != 0)
        return err_set(err, ERR_CORRUPT, "tensor `%.200s` is neither float32 nor int32", name);
    if (!measure_shape(json_object_get(json, "shape"), &tensor) ||
        tensor.count > MANIFEST_NUMBERS_MAX - out->numbers)
        return err_set(err, ERR_CORRUPT, "tensor `%.200s` has no shape, or one too large", name);
    if (out->tensors_count == MANIFEST_TENSORS_MAX)
        return err_set(err, ERR_CORRUPT, "there are more than %d tensors", MANIFEST_TENSORS_MAX);
    out->tensors[out->tensors_count++] = tensor;
    out->numbers += tensor.count;
    return true;
}

static bool read_manifest(struct arena *arena, const json_t *json, struct weights_manifest *out,
                          struct err *err)
{
    const json_t *groups = json_object_get(json, "weightsManifest"), *group, *tensor;
    size_t i, j;
    if (json_array_size(groups) == 0)
        return err_set(err, ERR_CORRUPT, "there is no list `weightsManifest`");
    *out = (struct weights_manifest){
        .tensors = arena_push_many(arena, struct tensor, MANIFEST_TENSORS_MAX)};
    json_array_foreach(groups, i, group)
    {
        if (!read_files(arena, json_object_get(group, "paths"), out, err))
            return false;
        const json_t *tensors = json_object_get(group, "weights");
        json_array_foreach(tensors, j, tensor)
        {
            if (!read_tensor(arena, tensor, out, err))
                return false;
        }
    }
    return true;
}

bool weights_manifest_parse(struct arena *arena, struct str json, struct weights_manifest *out,
                            struct err *err)
{
    json_error_t problem;
    json_t *all = json_loadb(json.ptr, json.len, 0, &problem);
    if (!all)
        return err_set(err, ERR_CORRUPT, "line %d: %s", problem.line, problem.text);
    const bool ok = read_manifest(arena, all, out, err);
    json_decref(all);
    return ok;
}

/* ---- from numbers to layers ---- */

/* What the layers are taken out of. */
struct store {
    struct arena *arena; /* what is taken lives there */
    struct weights_manifest manifest;
    const float *numbers;
    struct err *err; /* of the first that could not be taken */
    bool failed;
};

/* NULL, and `failed`, where it is not there as it should be. */
static const float *find(struct store *store, size_t rows, size_t columns, struct str name)
{
    for (uint32_t i = 0; i < store->manifest.tensors_count; i++) {
        const struct tensor *tensor = &store->manifest.tensors[i];
        if (!str_eq(tensor->name, name))
            continue;
        if (tensor->is_real && tensor->columns == columns && tensor->count == rows * columns)
            return store->numbers + tensor->first;
        break;
    }
    if (!store->failed)
        err_set(store->err, ERR_CORRUPT, "the tensor `%.*s` of %zu x %zu floats is wanted",
                STR_ARG(name), rows, columns);
    store->failed = true;
    return NULL;
}

static const float *take(struct store *store, size_t rows, size_t columns, struct str name)
{
    const float *found = find(store, rows, columns, name);
    if (!found)
        return NULL;
    float *copy = arena_push_many(store->arena, float, rows *columns);
    memcpy(copy, found, rows * columns * sizeof *copy);
    return copy;
}

static struct dense take_dense(struct store *store, uint32_t rows, uint32_t columns,
                               struct str weights, struct str bias)
{
    struct dense dense = {.weights = matrix_new(store->arena, rows, columns),
                          .bias = take(store, 1, columns, bias)};
    const float *found = find(store, rows, columns, weights);
    if (found)
        matrix_fill(&dense.weights, found, rows, columns, columns, 1);
    return dense;
}

#define RAW "module/Encoder_en/"
#define APPLIED "module_apply_default/Encoder_en/KonaTransformer/Encode/"
#define JOINED "/ConcatPartitions/concat"

static struct norm take_norm(struct store *store, uint32_t width, uint32_t number, const char *part)
{
    struct str names[2];
    static const char *const which[] = {"scale", "bias"};
    for (int i = 0; i < 2; i++)
        names[i] = str_printf(store->arena,
                              APPLIED "Layer_%u/TransformerLayer/%slayer_prepostprocess/layer_norm/"
                                      "layer_norm_%s" JOINED,
                              number, part, which[i]);
    return (struct norm){take(store, 1, width, names[0]), take(store, 1, width, names[1])};
}

/* Of the attention; its weights stand where training had left them. */
static struct dense take_attention(struct store *store, uint32_t rows, uint32_t columns,
                                   uint32_t number, const char *part)
{
    return take_dense(store, rows, columns,
                      str_printf(store->arena,
                                 RAW "KonaTransformer/Encode/Layer_%u/TransformerLayer/"
                                     "MultiheadAttention/%s_transform_single/kernel/part_0",
                                 number, part),
                      str_printf(store->arena,
                                 APPLIED "Layer_%u/TransformerLayer/MultiheadAttention/"
                                         "%s_transform_single/bias" JOINED,
                                 number, part));
}

static struct dense take_inside(struct store *store, uint32_t rows, uint32_t columns,
                                uint32_t number, const char *part)
{
    return take_dense(
        store, rows, columns,
        str_printf(store->arena,
                   APPLIED "TransformerStack/Layer_%u/TransformerLayer/FFN/%s/Tensordot/Reshape_1",
                   number, part),
        str_printf(store->arena, APPLIED "Layer_%u/TransformerLayer/FFN/%s/bias" JOINED, number,
                   part));
}

static struct layer take_layer(struct store *store, uint32_t number)
{
    struct layer layer = {.width = number == 0 ? WEIGHTS_WORD : WEIGHTS_WIDTH};
    layer.norm_before = take_norm(store, layer.width, number, "");
    layer.norm_between = take_norm(store, WEIGHTS_WIDTH, number, "FFN/");
    layer.asked = take_attention(store, layer.width, 3 * layer.width, number, "qkv");
    layer.told = take_attention(store, layer.width, WEIGHTS_WIDTH, number, "output");
    layer.inside = take_inside(store, WEIGHTS_WIDTH, WEIGHTS_INSIDE, number, "conv1");
    layer.outside = take_inside(store, WEIGHTS_INSIDE, WEIGHTS_WIDTH, number, "conv2");
    if (number == 0)
        layer.widened = take_dense(store, WEIGHTS_WORD, WEIGHTS_WIDTH,
                                   STR(APPLIED "Layer_0/TransformerLayer/dense/kernel" JOINED),
                                   STR(APPLIED "Layer_0/TransformerLayer/dense/bias" JOINED));
    return layer;
}

/* The published list of words is longer than the vocabulary by what only training needed. */
static const float *take_words(struct store *store, uint32_t pieces)
{
    const struct str name = STR("module/Embeddings_en");
    size_t rows = pieces;
    for (uint32_t i = 0; i < store->manifest.tensors_count; i++)
        if (str_eq(store->manifest.tensors[i].name, name) &&
            store->manifest.tensors[i].count / WEIGHTS_WORD > rows)
            rows = store->manifest.tensors[i].count / WEIGHTS_WORD;
    return take(store, rows, WEIGHTS_WORD, name);
}

static void take_all(struct store *store, struct sentence_weights *out)
{
    out->words = take_words(store, out->pieces.count);
    out->timings = take(store, 1, WEIGHTS_WORD / 2,
                        STR(APPLIED "TransformerStack/Layer_0/AddTimingSignal/TimingSignal/"
                                    "ExpandDims_1"));
    for (uint32_t i = 0; i < WEIGHTS_LAYERS; i++)
        out->layers[i] = take_layer(store, i);
    out->last = take_dense(store, WEIGHTS_WIDTH, WEIGHTS_WIDTH,
                           STR(RAW "hidden_layers/tanh_layer_0/weights"),
                           STR(RAW "hidden_layers/tanh_layer_0/bias"));
}

/* ---- the folder ---- */

static bool load_numbers(struct arena *arena, const char *folder,
                         const struct weights_manifest *manifest, float *numbers, struct err *err)
{
    size_t room = manifest->numbers * NUMBER_BYTES;
    char *to = (char *)numbers;
    for (uint32_t i = 0; i < manifest->files_count; i++) {
        const struct str path = str_printf(arena, "%s/%.*s", folder, STR_ARG(manifest->files[i]));
        struct str bytes;
        if (!file_read(arena, path.ptr, room, &bytes, err))
            return false;
        memcpy(to, bytes.ptr, bytes.len);
        to += bytes.len;
        room -= bytes.len;
    }
    return room == 0 ||
           err_set(err, ERR_CORRUPT, "%s: %zu bytes of its numbers are missing", folder, room);
}

static bool check_finite(const struct weights_manifest *manifest, const float *numbers,
                         struct err *err)
{
    for (uint32_t i = 0; i < manifest->tensors_count; i++) {
        const struct tensor *tensor = &manifest->tensors[i];
        for (size_t j = 0; tensor->is_real && j < tensor->count; j++)
            if (!isfinite(numbers[tensor->first + j]))
                return err_set(err, ERR_CORRUPT, "the tensor `%.*s` holds what is no number",
                               STR_ARG(tensor->name));
    }
    return true;
}

static bool read_json(struct arena *scratch, const char *folder, struct store *store,
                      struct pieces *pieces, struct err *err)
{
    const struct str model = str_printf(scratch, "%s/model.json", folder);
    const struct str vocabulary = str_printf(scratch, "%s/vocab.json", folder);
    struct str text;
    return file_read(scratch, model.ptr, JSON_BYTES_MAX, &text, err) &&
           (weights_manifest_parse(scratch, text, &store->manifest, err) ||
            err_context(err, "%s", model.ptr)) &&
           file_read(scratch, vocabulary.ptr, JSON_BYTES_MAX, &text, err) &&
           (pieces_parse(store->arena, text, pieces, err) ||
            err_context(err, "%s", vocabulary.ptr));
}

static bool read_numbers(struct arena *scratch, const char *folder, struct store *store,
                         struct sentence_weights *out, struct err *err)
{
    float *numbers = arena_push_many(scratch, float, store->manifest.numbers);
    if (!load_numbers(scratch, folder, &store->manifest, numbers, err))
        return false;
    if (!check_finite(&store->manifest, numbers, err))
        return err_context(err, "%s", folder);
    store->numbers = numbers;
    take_all(store, out);
    return !store->failed || err_context(err, "%s/model.json", folder);
}

bool sentence_weights_read(struct arena *arena, const char *folder, struct sentence_weights *out,
                           struct err *err)
{
    struct arena *scratch = arena_new("weights");
    struct store store = {.arena = arena, .err = err};
    const bool ok = read_json(scratch, folder, &store, &out->pieces, err) &&
                    read_numbers(scratch, folder, &store, out, err);
    arena_free(scratch);
    return ok;
}
