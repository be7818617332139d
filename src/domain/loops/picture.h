// The picture of a chart, made from its data: stages along the middle, moves as arrows, ends
// marked. Plain SVG text with a title and a description for screen readers.

#pragma once

#include <string>

#include "pack/pack.h"

namespace anxiao::loops {

// `language` is `zh` or `en`; the stage `here`, if given, is drawn as the present one.
std::string picture(const pack::Chart& chart, const std::string& language,
                    const std::string& here = {});

}  // namespace anxiao::loops
