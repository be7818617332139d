#include "api/gzip.h"

#include <zlib.h>

#include "base/result.h"

namespace anxiao::api {

std::string gzip(std::string_view bytes) {
  constexpr int kGzipHeader = 16;
  z_stream stream{};
  expect(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + kGzipHeader, 8,
                      Z_DEFAULT_STRATEGY) == Z_OK,
         "zlib cannot begin");
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  int ended = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  expect(ended == Z_STREAM_END, "zlib did not finish");
  return out;
}

bool accepts_gzip(std::string_view codings) {
  auto at = codings.find("gzip");
  if (at == std::string_view::npos) return false;
  auto rest = codings.substr(at + 4);
  rest = rest.substr(0, rest.find(','));
  auto weight = rest.find("q=");
  if (weight == std::string_view::npos) return true;
  return rest.substr(weight + 2).find_first_of("123456789") != std::string_view::npos;
}

}  // namespace anxiao::api
