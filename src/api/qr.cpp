#include "api/qr.h"

#include <qrencode.h>

#include <memory>

namespace anxiao::api {
namespace {

constexpr int kMargin = 4;  // modules

// A dark module of row `y` from `x` on, `count` wide.
std::string run_of(int x, int y, int count) {
  const auto width = std::to_string(count);
  return "M" + std::to_string(x + kMargin) + " " + std::to_string(y + kMargin) + "h" + width +
         "v1h-" + width + "z";
}

std::string squares_of(const QRcode& code) {
  std::string path;
  auto dark = [&](int x, int y) { return (code.data[y * code.width + x] & 1) != 0; };
  for (int y = 0; y < code.width; ++y)
    for (int x = 0; x < code.width; ++x) {
      if (!dark(x, y)) continue;
      int end = x;
      while (end < code.width && dark(end, y)) ++end;
      path += run_of(x, y, end - x);
      x = end;
    }
  return path;
}

}  // namespace

Result<std::string> qr_svg(std::string_view text) {
  if (text.empty() || text.size() > kQrBytesMost)
    return Refusal{.why = Why::malformed,
                   .key = "qr.text_length",
                   .detail = "a QR code holds from 1 to 512 bytes here",
                   .field = "text",
                   .args = {{"most", kQrBytesMost}}};
  // The medium of the four levels of correction: a sheet on a wall gets dirty.
  std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeData(static_cast<int>(text.size()),
                        reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M),
      &QRcode_free);
  expect(code != nullptr, "a QR code holds what fits into it");
  const auto side = std::to_string(code->width + 2 * kMargin);
  return R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 )" + side + " " + side +
         R"(" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h)" + side + "v" + side + "h-" +
         side + R"(z"/><path fill="#000" d=")" + squares_of(*code) + R"("/></svg>)";
}

}  // namespace anxiao::api
