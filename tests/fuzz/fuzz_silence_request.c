/* silence_request: whatever a stranger sends to the serving end, in whatever pieces. */
#include "core/silence_request.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int32_t ms = -1;
    for (size_t length = 0; length <= size && length <= SILENCE_REQUEST_SIZE; length++) {
        enum silence_request answer = silence_request_read((struct span){(const char *)data, length}, &ms);
        PROPERTY(answer != SILENCE_REQUEST_WHOLE || (ms >= 1 && ms <= SILENCE_REQUEST_MAX));
    }
    return 0;
}
