#include "bench/canvas.h"

namespace removr::bench {

Canvas::Canvas(cv::Size size)
    : surface_(cairo_image_surface_create(CAIRO_FORMAT_A8, size.width, size.height)),
      context_(cairo_create(surface_.get())) {
  cairo_set_antialias(cr(), CAIRO_ANTIALIAS_BEST);
}

cv::Mat Canvas::Coverage() const {
  cairo_surface_flush(surface_.get());
  const cv::Mat view(cairo_image_surface_get_height(surface_.get()), cairo_image_surface_get_width(surface_.get()),
                     CV_8UC1, cairo_image_surface_get_data(surface_.get()),
                     static_cast<std::size_t>(cairo_image_surface_get_stride(surface_.get())));
  cv::Mat coverage;
  view.convertTo(coverage, CV_32F, 1 / 255.);
  return coverage;
}

cairo_text_extents_t Ink(cairo_t* cr, const std::string& text) {
  cairo_text_extents_t ink;
  cairo_text_extents(cr, text.c_str(), &ink);
  return ink;
}

void CentredTextPath(cairo_t* cr, const std::string& text, double x, double y) {
  const cairo_text_extents_t ink = Ink(cr, text);
  cairo_move_to(cr, x - ink.x_bearing - ink.width / 2, y - ink.y_bearing - ink.height / 2);
  cairo_text_path(cr, text.c_str());
}

}  // namespace removr::bench
