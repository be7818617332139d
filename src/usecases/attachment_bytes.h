// What a file is by its bytes, and a picture without what it says of its maker: where it was
// taken, when, with which device, by whom. These are foreign bytes; every length is held against
// what is there, and a picture that does not keep to its format has no working copy.
//
// The image data itself is never decoded or changed.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace anxiao::usecases {

inline constexpr std::string_view kJpeg = "image/jpeg";
inline constexpr std::string_view kPng = "image/png";
inline constexpr std::string_view kWebp = "image/webp";
inline constexpr std::string_view kPdf = "application/pdf";
inline constexpr std::string_view kCsv = "text/csv";
inline constexpr std::string_view kXlsx =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

// By the first bytes; what is no binary format and holds no control characters counts as CSV.
// Empty where it is none of the above.
std::string_view type_of(std::string_view bytes);

bool is_picture(std::string_view type);

// The picture with its orientation and colour profile and nothing else besides the image: JPEG
// (ITU-T T.81) without COM and without APPn but JFIF, ICC and Adobe's colour transform; PNG
// (ISO/IEC 15948) and WebP (RFC 9649) with the chunks that pixels need. What follows the image is
// left out too. Empty where the bytes break off or break their format.
std::optional<std::string> without_metadata(std::string_view type, std::string_view bytes);

// The orientation of a TIFF header as Exif has it, 1 to 8; 1 where it says none.
int orientation_of(std::string_view tiff);

}  // namespace anxiao::usecases
