#include "usecases/page.h"

#include <sodium.h>

#include <charconv>

namespace anxiao::usecases {
namespace {

constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

Refusal bad_cursor() {
  return {.why = Why::malformed,
          .key = "list.cursor_malformed",
          .detail = "the cursor is not one that this list gave",
          .field = "cursor"};
}

bool fits(const boost::json::array& keys, std::string_view shape) {
  if (keys.size() != shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (shape[i] == 's' ? !keys[i].is_string() : !keys[i].is_int64()) return false;
  return true;
}

}  // namespace

std::string cursor_of(const boost::json::array& keys) {
  std::string text = boost::json::serialize(keys);
  std::string out(sodium_base64_encoded_len(text.size(), kVariant), '\0');
  sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()),
                    text.size(), kVariant);
  out.resize(out.size() - 1);
  return out;
}

Result<Paging> paging_of(std::string_view limit, std::string_view cursor, std::string_view keys) {
  Paging paging;
  if (!limit.empty()) {
    std::size_t wanted = 0;
    auto [end, error] = std::from_chars(limit.data(), limit.data() + limit.size(), wanted);
    if (error != std::errc{} || end != limit.data() + limit.size() || wanted == 0)
      return Refusal{.why = Why::malformed,
                     .key = "list.limit_malformed",
                     .detail = "the limit is a whole number from 1",
                     .field = "limit"};
    paging.limit = std::min(wanted, kPageRowsMost);
  }
  if (cursor.empty()) return paging;
  if (cursor.size() > 4096) return bad_cursor();
  std::string text(cursor.size(), '\0');
  std::size_t length = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(text.data()), text.size(), cursor.data(),
                        cursor.size(), nullptr, &length, nullptr, kVariant) != 0)
    return bad_cursor();
  text.resize(length);
  boost::json::error_code error;
  auto value = boost::json::parse(text, error);
  if (error || !value.is_array() || !fits(value.get_array(), keys)) return bad_cursor();
  paging.after = std::move(value.get_array());
  return paging;
}

}  // namespace anxiao::usecases
