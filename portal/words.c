#include "portal/words.h"

static const struct {
	const char *parameter, *sl, *en;
} words[PORTAL_WORD_COUNT] = {
#define PORTAL_WORD_ROW(name, sl, en) [PORTAL_WORD_##name] = {"w-" #name, sl, en},
	PORTAL_WORDS(PORTAL_WORD_ROW)
#undef PORTAL_WORD_ROW
};

const char *portal_word(enum portal_word word, bool english) {
	return english ? words[word].en : words[word].sl;
}

const char *portal_word_parameter(enum portal_word word) {
	return words[word].parameter;
}
