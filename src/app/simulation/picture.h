// A picture for those who must show one and have no camera.

#pragma once

#include <string>

namespace anxiao::app::simulation {

// A PNG (ISO/IEC 15948) of plain grey stripes.
std::string plain_picture();

}  // namespace anxiao::app::simulation
