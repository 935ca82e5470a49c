! SPDX-License-Identifier: BSL-1.0
! The same from Fortran: the inside of field(nx, ny, nz, variables), scaled where it lies.
module scaler_c
  use, intrinsic :: iso_c_binding
  implicit none
  type, bind(c) :: scaler_status
    integer(c_int32_t) :: code
    integer(c_int64_t) :: rows, infinities, first_row, first_col
    character(kind=c_char) :: message(256)
  end type
  type, bind(c) :: scaler_field
    type(c_ptr) :: data
    integer(c_int64_t) :: nx, ny, nz, variables, halo_x, halo_y, halo_z
  end type
  interface
    function scaler_fit(from, made) bind(c) result(ended)
      import
      type(scaler_field), intent(in) :: from
      type(c_ptr), intent(out) :: made
      type(scaler_status) :: ended
    end function
    function scaler_transform(with, from, to) bind(c) result(ended)
      import
      type(c_ptr), value :: with
      type(scaler_field), intent(in) :: from, to
      type(scaler_status) :: ended
    end function
    function scaler_inverse(with, in_place) bind(c) result(ended)
      import
      type(c_ptr), value :: with
      type(scaler_field), intent(in) :: in_place
      type(scaler_status) :: ended
    end function
    subroutine scaler_free(done) bind(c)
      import
      type(c_ptr), value :: done
    end subroutine
  end interface
end module

program caller
  use scaler_c
  implicit none
  integer, parameter :: nx = 16, ny = 8, nz = 4, nvar = 3, h = 2
  real(c_double), target :: field(1-h:nx+h, 1-h:ny+h, 1-h:nz+h, nvar)
  real(c_double) :: before(1-h:nx+h, 1-h:ny+h, 1-h:nz+h, nvar)
  type(scaler_field) :: f
  type(scaler_status) :: ended
  type(c_ptr) :: s
  integer :: i, j, k, v
  real(c_double) :: mean, deviation
  logical :: halo_kept

  field = -1
  do v = 1, nvar
    do k = 1, nz
      do j = 1, ny
        do i = 1, nx
          field(i, j, k, v) = mod(i * 7 + j * 3 + k + v, 11) + 100 * v
        end do
      end do
    end do
  end do
  before = field
  f = scaler_field(c_loc(field), nx + 2*h, ny + 2*h, nz + 2*h, nvar, h, h, h)
  ended = scaler_fit(f, s)
  print '(a,i0,a,i0,a)', 'fit: code ', ended%code, ', ', ended%rows, ' points'
  ended = scaler_transform(s, f, f)
  print '(a,i0,a,i0,a)', 'transform: code ', ended%code, ', ', ended%rows, ' points'
  associate (inside => field(1:nx, 1:ny, 1:nz, 2))
    mean = sum(inside) / size(inside)
    deviation = sqrt(sum(inside**2) / size(inside))
  end associate
  print '(a,f5.3,a,f5.3)', 'variable 2: mean ', abs(mean), ', deviation ', deviation
  ended = scaler_inverse(s, f)
  print '(a,i0,a,l1)', 'inverse: code ', ended%code, ', the field is back: ', &
    all(abs(field - before) < 1d-11)
  halo_kept = all(field(:0, :, :, :) == -1) .and. all(field(nx+1:, :, :, :) == -1) .and. &
    all(field(:, :0, :, :) == -1) .and. all(field(:, ny+1:, :, :) == -1) .and. &
    all(field(:, :, :0, :) == -1) .and. all(field(:, :, nz+1:, :) == -1)
  print '(a,l1)', 'the halo is as it was: ', halo_kept
  f%variables = 2
  ended = scaler_transform(s, f, f)
  print '(a,i0,2a)', 'code ', ended%code, ': ', text(ended%message)
  call scaler_free(s)
  if (.not. halo_kept) stop 1
contains
  function text(c)
    character(kind=c_char), intent(in) :: c(:)
    character(len=:), allocatable :: text
    integer :: n
    text = ''
    do n = 1, size(c)
      if (c(n) == c_null_char) exit
      text = text // c(n)
    end do
  end function
end program
