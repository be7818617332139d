// A text as a QR code (ISO/IEC 18004), drawn as SVG: one path of black squares on white, no script,
// no style and nothing of the text itself, with the margin that scanners want.

#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace anxiao::api {

inline constexpr std::size_t kQrBytesMost = 512;

// Refuses `qr.text_length`.
Result<std::string> qr_svg(std::string_view text);

}  // namespace anxiao::api
