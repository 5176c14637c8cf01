#include "preload/library/preload_entry.h"
#include "preload/library/loaded_elf.h"

static struct span last_part(struct span path)
{
    for (size_t i = path.length; i > 0; i--)
        if (path.at[i - 1] == '/')
            return (struct span){path.at + i, path.length - i};
    return path;
}

static bool same(struct span a, struct span b)
{
    size_t i = 0;
    while (a.length == b.length && i < a.length && a.at[i] == b.at[i])
        i++;
    return a.length == b.length && i == a.length;
}

/* ld.so(8) splits at spaces and colons. */
static bool next_entry(struct span *rest, struct span *entry)
{
    while (rest->length && (*rest->at == ':' || *rest->at == ' ')) {
        rest->at++;
        rest->length--;
    }
    *entry = (struct span){rest->at, 0};
    while (entry->length < rest->length && rest->at[entry->length] != ':' && rest->at[entry->length] != ' ')
        entry->length++;
    rest->at += entry->length;
    rest->length -= entry->length;
    return entry->length > 0;
}

static struct span own_file(void)
{
    const struct link_map *map = loaded_elf_first();
    while (map && !loaded_elf_is_ours(map->l_ld))
        map = map->l_next;
    return last_part(span_of(map ? map->l_name : ""));
}

struct span preload_entry_in(const char *value)
{
    struct span rest = span_of(value), file = own_file(), entry;
    while (next_entry(&rest, &entry))
        if (same(last_part(entry), file))
            return entry;
    return (struct span){value, 0};
}

void preload_entry_others(struct text *text, const char *value)
{
    struct span rest = span_of(value), ours = preload_entry_in(value), entry;
    for (size_t before = text->used; next_entry(&rest, &entry);) {
        if (entry.at == ours.at)
            continue;
        text_add(text, text->used > before ? ":" : "");
        text_add_span(text, entry);
    }
}
