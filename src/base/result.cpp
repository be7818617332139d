#include "base/result.h"

namespace anxiao {

const char* word_of(Why why) {
  switch (why) {
    case Why::malformed:
      return "malformed";
    case Why::unauthenticated:
      return "unauthenticated";
    case Why::forbidden:
      return "forbidden";
    case Why::not_found:
      return "not_found";
    case Why::refused:
      return "refused";
    case Why::conflict:
      return "conflict";
    case Why::stale:
      return "stale";
    case Why::too_large:
      return "too_large";
    case Why::busy:
      return "busy";
  }
  return "refused";
}

}  // namespace anxiao
