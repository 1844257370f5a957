// A cairo surface that holds coverage alone: what share of each pixel a shape takes.
#pragma once

#include <cairo.h>

#include <memory>
#include <opencv2/core.hpp>
#include <string>

namespace removr::bench {

// Origin top left, units of pixels, unless the caller transforms cr().
class Canvas {
 public:
  explicit Canvas(cv::Size size);

  cairo_t* cr() const { return context_.get(); }

  // H x W, CV_32FC1, [0,1].
  cv::Mat Coverage() const;

 private:
  struct Deleter {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
    void operator()(cairo_t* context) const { cairo_destroy(context); }
  };
  std::unique_ptr<cairo_surface_t, Deleter> surface_;
  std::unique_ptr<cairo_t, Deleter> context_;
};

// Saves cairo's state, and restores it at the end of the scope.
class Saved {
 public:
  explicit Saved(cairo_t* cr) : cr_(cr) { cairo_save(cr_); }
  ~Saved() { cairo_restore(cr_); }
  Saved(const Saved&) = delete;
  Saved& operator=(const Saved&) = delete;

 private:
  cairo_t* cr_;
};

// The ink of a line of text set at the origin in the current font and size.
cairo_text_extents_t Ink(cairo_t* cr, const std::string& text);

// Appends the text's outline to the path, its ink centred on (x, y).
void CentredTextPath(cairo_t* cr, const std::string& text, double x, double y);

}  // namespace removr::bench
